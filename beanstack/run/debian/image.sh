#!/usr/bin/env bash
# Makes a container image of Debian with some packages, for machines that reach no registry of images:
# image.sh IMAGE PACKAGE,... ENGINE
#
# Needs root, mmdebstrap and Debian's packages. This machine's certificates go in, so that what is built on the image
# trusts the same as the machine does. A server starts as in its official image, by <first package>-start.sh.
set -euo pipefail

image=$1 packages=$2 engine=$3
start=$(dirname -- "$0")/${packages%%,*}-start.sh
certificates=/etc/ssl/certs/ca-certificates.crt
system=$(mktemp --suffix .tar) # an image must not come from half a system
trap 'rm -f "$system"' EXIT

# mmdebstrap hands its hooks to a shell, with the new system's folder as $1.
hooks=() changes=()
if [[ -e $certificates ]]; then
  export CERTIFICATES=$certificates
  # shellcheck disable=SC2016
  hooks+=(--customize-hook='install -D -m 644 "$CERTIFICATES" "$1$CERTIFICATES"')
fi
if [[ -e $start ]]; then
  export START=$start
  # shellcheck disable=SC2016
  hooks+=(--customize-hook='install -m 755 "$START" "$1/start.sh"')
  changes+=(--change 'ENTRYPOINT ["/bin/bash", "/start.sh"]')
fi
mmdebstrap --quiet --variant=minbase --include="$packages" "${hooks[@]}" bookworm "$system"
"$engine" import "${changes[@]}" "$system" "$image" >/dev/null
