#!/bin/sh
# Makes a virtual environment from a lock file: venv.sh FOLDER LOCKFILE [PROJECT]
#
# PROJECT is a folder with a pyproject.toml; its package is installed from there, with its console scripts, so that an
# edit takes effect at once. The lock file has what that needs, the build backend included.
# With uv where it is there, else with Python's own venv and pip. FOLDER/installed is made last, so that a folder that
# was interrupted is made again; it holds the folder's path, by which the Makefile sees that it has moved.
set -eu

folder=$1 lock=$2 project=${3-}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
  if is_new_enough "$candidate"; then
    python=$candidate
    break
  fi
done
[ -n "${python-}" ] || fail 'Beanstack needs Python 3.11 or later; install it, or name it: make PYTHON=/path/to/python3'

[ ! -L "$folder" ] || fail "$folder is a link to somebody's environment, which does not fit $lock; remove the link"
printf 'making %s from %s; this takes a minute, once\n' "$folder" "$lock" >&2
if command -v uv >/dev/null; then
  uv venv --quiet --clear --python "$python" "$folder"
  uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$lock"
  [ -z "$project" ] ||
    uv pip install --quiet --python "$folder/bin/python" --no-deps --no-build-isolation --editable "$project"
else
  "$python" -m venv --clear "$folder" ||
    fail "'$python -m venv' failed; on Debian and Ubuntu: apt-get install python3-venv"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  [ -z "$project" ] ||
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
      --editable "$project"
fi
(cd "$folder" && pwd -P) >"$folder/installed"
