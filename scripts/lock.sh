#!/bin/sh
# Renews the lock files: each tool that pins its own dependencies has a virtual environment, and so a lock, of its own.
set -eu

command -v uv >/dev/null || {
  printf 'uv is needed to renew the lock files: https://docs.astral.sh/uv/\n' >&2
  exit 1
}

compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
    --custom-compile-command 'make locks' --upgrade "$@"
}

compile pyproject.toml --extra dev --output-file requirements/beanstack.txt
compile pyproject.toml --extra project --constraint requirements/beanstack.txt --output-file beanstack/locks/project.txt
compile beanstack/locks/localaws.in --output-file beanstack/locks/localaws.txt
compile beanstack/locks/ebcli.in --output-file beanstack/locks/ebcli.txt
compile beanstack/locks/compose.in --output-file beanstack/locks/compose.txt
for example in examples/*/requirements.in; do
  compile "$example" --output-file "${example%.in}.txt"
done
