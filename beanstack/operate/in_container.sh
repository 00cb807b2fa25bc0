#!/bin/bash
# Runs a command in a container of this instance: in_container.sh NAME WORDS. Both are in base64, so that no shell reads
# what they hold; each of WORDS ends in a NUL. Systems Manager runs this as root.
set -euo pipefail

name=$(base64 -d <<<"$1")
mapfile -d '' -t words < <(base64 -d <<<"$2")
# The ECS agent labels what it starts.
mapfile -t found < <(docker ps --quiet --filter "label=com.amazonaws.ecs.container-name=$name")
if [ "${#found[@]}" -eq 0 ]; then
  echo "no container '$name' runs on this instance; these do:" >&2
  docker ps >&2
  exit 69 # EX_UNAVAILABLE
fi
exec docker exec "${found[0]}" "${words[@]}" </dev/null
