#!/usr/bin/env bash
# Starts PostgreSQL in a container, as its official image would: POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD name
# what is made at the first start.
set -euo pipefail

programs=(/usr/lib/postgresql/*/bin)
export PATH=$PATH:${programs[-1]}
data=/var/lib/postgresql/data

as_postgres() {
  runuser -u postgres -- "$@"
}

install -d -o postgres -g postgres /var/run/postgresql
if [[ ! -e $data/made ]]; then
  install -d -o postgres -g postgres -m 0700 "$data"
  as_postgres initdb --pgdata "$data" --username "$POSTGRES_USER" --auth trust --encoding UTF8 >/dev/null
  printf 'host all all all scram-sha-256\n' >"$data/pg_hba.conf" # and nothing else
  # Through a pipe, so that the password touches no disk.
  printf '%s\n' "ALTER USER \"${POSTGRES_USER//\"/\"\"}\" PASSWORD '${POSTGRES_PASSWORD//\'/\'\'}'" \
    "CREATE DATABASE \"${POSTGRES_DB//\"/\"\"}\"" | as_postgres postgres --single -D "$data" postgres >/dev/null
  touch "$data/made"
fi
exec runuser -u postgres -- postgres -D "$data" -c listen_addresses='*'
