#!/bin/sh
# Starts a container, inside it: entrypoint.sh [OPTION ...] -- COMMAND [WORD ...]
#
#   --variable NAME=RDS_NAME              sets NAME to the value of a variable that EB provides
#   --migrate FOLDER MIGRATION N WORD...  runs the N words once, if FOLDER holds a mark that names MIGRATION,
#                                        which is an image and a hash of the words
#
# POSIX sh, because an image may have no bash. All data are words or variables: nothing is written, split or evaluated.
set -eu

fail() {
  printf 'entrypoint: %s\n' "$1" >&2
  exit 1
}

set_variable() { # NAME RDS_NAME
  case $2 in
    RDS_HOSTNAME) set -- "$@" "${RDS_HOSTNAME-}" ;;
    RDS_PORT) set -- "$@" "${RDS_PORT-}" ;;
    RDS_DB_NAME) set -- "$@" "${RDS_DB_NAME-}" ;;
    RDS_USERNAME) set -- "$@" "${RDS_USERNAME-}" ;;
    RDS_PASSWORD) set -- "$@" "${RDS_PASSWORD-}" ;;
    *) fail "$1 cannot be set from $2, which EB does not provide" ;;
  esac
  [ -n "$3" ] || fail "$2 is missing, so $1 cannot be set; is the environment's database there?"
  export "$1=$3"
}

migrate() { # FOLDER MIGRATION N WORD...
  is_pending "$1" "$2" || return 0
  printf 'entrypoint: migrating for %s\n' "$2" >&2
  (shift 2 && first_words "$@") || fail "the migration failed with exit status $?; it is tried again at the next start"
  command -p rm -- "$1/migration" || fail "$1/migration cannot be removed"
}

is_pending() { # FOLDER MIGRATION
  { [ -d "$1" ] && [ -x "$1" ] && [ -w "$1" ]; } || fail "the folder $1 is not this user's, so no migration can be seen"
  [ -e "$1/migration" ] || return 1
  read -r beanstack_marked <"$1/migration" || fail "$1/migration cannot be read"
  [ "$beanstack_marked" = "$2" ]
}

first_words() { # N WORD...: runs the first N words as a command
  beanstack_count=$1
  shift
  beanstack_rest=$(($# - beanstack_count))
  while [ "$beanstack_count" -gt 0 ]; do # moves them behind the others
    set -- "$@" "$1"
    shift
    beanstack_count=$((beanstack_count - 1))
  done
  shift "$beanstack_rest"
  exec "$@"
}

while [ "${1-}" != -- ]; do
  case ${1-} in
    --variable)
      set_variable "${2%%=*}" "${2#*=}"
      shift 2
      ;;
    --migrate)
      shift
      migrate "$@"
      shift "$(($3 + 3))"
      ;;
    *) fail "unknown option '${1-}'" ;;
  esac
done
shift
[ "$#" -gt 0 ] || fail "no command"
exec "$@"
