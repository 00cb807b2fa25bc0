#!/bin/sh
# Runs the EB CLI for one environment: eb.sh FOLDER VENV APPLICATION ENVIRONMENT REGION [ARGUMENT ...]
#
# What `eb init` would have asked is written below FOLDER; AWS is the one that the environment variables name.
set -eu

folder=$1 venv=$2 application=$3 environment=$4 region=$5
shift 5
eb=$(cd "$venv" && pwd)/bin/eb

mkdir -p "$folder/.elasticbeanstalk"
cat >"$folder/.elasticbeanstalk/config.yml" <<EOF
branch-defaults: {default: {environment: $environment}}
global: {application_name: $application, default_region: $region, workspace_type: Application}
EOF
cd "$folder"
exec "$eb" "$@"
