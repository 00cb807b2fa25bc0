#!/bin/sh
# Refuses credentials of another account: account.sh ACCOUNT AWS [WORD ...]; AWS and its words are the aws command.
set -eu

expected=$1
shift

[ -n "$expected" ] || exit 0 # config pins no account
actual=$("$@" sts get-caller-identity --query Account --output text) || {
  printf 'no usable credentials, so nothing was done; the environment belongs to account %s\n' "$expected" >&2
  exit 1
}
[ "$actual" = "$expected" ] || {
  printf 'the credentials are of account %s, the environment belongs to %s; nothing was done\n' "$actual" "$expected" >&2
  exit 1
}
