#!/usr/bin/env bash
# Leaves the mark of a pending migration, on the leader of a deployment: pending.sh FOLDER OWNER MIGRATION
#
# The entry point of the migrating container finds it, runs the migration that MIGRATION names, and removes it. The
# mark is made outside and moved in: FOLDER is the container user's, who could put a link in the way of a write.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # EB's `env:` may have replaced it

folder=$1 owner=$2 migration=$3

bash "$(dirname -- "$0")/folder.sh" "$folder" "$owner" 0700
mark=$(mktemp -- "$folder.XXXXXX")
trap 'rm -f -- "$mark"' EXIT
printf '%s\n' "$migration" >"$mark"
chown -- "$owner:$owner" "$mark"
rm -rf -- "$folder/migration" # a folder there would stop the move
mv -T -f -- "$mark" "$folder/migration"
