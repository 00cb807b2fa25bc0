#!/usr/bin/env bash
# Makes a folder of the host that containers mount: folder.sh PATH OWNER MODE
#
# OWNER is a uid; the group gets the same number. What the folder holds changes hands only where the folder itself
# does, so that a large volume is not walked through in every deployment.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # EB's `env:` may have replaced it

path=$1 owner=$2 mode=$3

# A container's user who put a link in the way would be handed whatever folder of the host it leads to.
follow() { # PATH: fails at a link, on the way or behind another link, that somebody else than root may have put there
  local way=$1 above target
  while :; do
    while [[ $way == ?*/ ]]; do way=${way%/}; done
    above=${way%"${way##*/}"}
    if [[ -L $way ]]; then
      if [[ ! -O ${above:-.} ]] || (($(stat -L -c 0%a -- "${above:-.}") & 022)); then
        printf 'folder.sh: %s is a link in a folder that is not only root'\''s; it is not followed\n' "$way" >&2
        exit 1
      fi
      target=$(readlink -- "$way")
      [[ $target == /* ]] || target=$above$target
      [[ ! -e $way ]] || follow "$target"
    fi
    [[ -n $above && $way != / ]] || return 0
    way=$above
  done
}

follow "$path"
mkdir -p -- "$path"
folder=$path/. # what a link leads to; links that the folder holds are not followed
if [[ $(stat -c %u:%g -- "$folder") != "$owner:$owner" ]]; then
  chown -R -h -- "$owner:$owner" "$folder"
fi
chmod -- "$mode" "$folder"
