#!/usr/bin/env bash
# Makes a folder of the host that containers mount: folder.sh PATH OWNER MODE
#
# OWNER is a uid; the group gets the same number. What the folder holds changes hands only where the folder itself
# does, so that a large volume is not walked through in every deployment.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # EB's `env:` may have replaced it

path=$1 owner=$2 mode=$3

mkdir -p -- "$path"
folder=$path/. # what a link leads to; links that the folder holds are not followed
if [[ $(stat -c %u:%g -- "$folder") != "$owner:$owner" ]]; then
  chown -R -h -- "$owner:$owner" "$folder"
fi
chmod -- "$mode" "$folder"
