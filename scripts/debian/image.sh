#!/usr/bin/env bash
# Makes a container image of Debian with some packages, for machines that reach no registry of images:
# image.sh IMAGE PACKAGE,... ENGINE
#
# Needs root, mmdebstrap and Debian's packages. This machine's certificates go in, so that what is built on the image
# trusts the same as the machine does. A database starts as in its official image, by <first package>-start.sh.
set -euo pipefail

image=$1 packages=$2 engine=$3
start=$(dirname -- "$0")/${packages%%,*}-start.sh
certificates=/etc/ssl/certs/ca-certificates.crt

hooks=() changes=()
if [[ -e $certificates ]]; then
  # shellcheck disable=SC2016 # mmdebstrap's own shell expands it
  hooks+=(--customize-hook='mkdir -p "$1/etc/ssl/certs"' --customize-hook="copy-in $certificates /etc/ssl/certs")
fi
if [[ -e $start ]]; then
  hooks+=(--customize-hook="copy-in $start /")
  changes+=(--change "ENTRYPOINT [\"/bin/bash\", \"/${start##*/}\"]")
fi

mmdebstrap --quiet --variant=minbase --include="$packages" "${hooks[@]}" bookworm - |
  "$engine" import "${changes[@]}" - "$image" >/dev/null
