#!/usr/bin/env bash
# Starts MariaDB in a container, as the official images of MySQL would: MYSQL_DATABASE, MYSQL_USER and MYSQL_PASSWORD
# name what is made at the first start.
set -euo pipefail

data=/var/lib/mysql

quoted() { # TEXT: as a text of SQL
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\'\'}"
}

setup() {
  local user
  user="$(quoted "$MYSQL_USER")@'%'"
  printf '%s;\n' 'FLUSH PRIVILEGES' \
    "CREATE DATABASE \`$MYSQL_DATABASE\` CHARACTER SET utf8mb4" \
    "CREATE USER $user IDENTIFIED BY $(quoted "$MYSQL_PASSWORD")" \
    "GRANT ALL ON \`$MYSQL_DATABASE\`.* TO $user"
}

install -d -o mysql -g mysql /run/mysqld
options=(--user=mysql --datadir="$data")
if [[ ! -e $data/made ]]; then
  setup | mariadbd --bootstrap "${options[@]}" # through a pipe: the password touches no disk
  touch "$data/made"
fi
exec mariadbd "${options[@]}" --bind-address=0.0.0.0 --skip-name-resolve
