#!/usr/bin/env bash
# Starts nginx in a container, or the command that is given, as its official image does.
set -euo pipefail

if (($#)); then
  exec "$@"
fi
exec nginx -g 'daemon off;'
