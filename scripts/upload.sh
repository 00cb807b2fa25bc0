#!/bin/sh
# Uploads a bundle where it is not there yet: upload.sh STACK ZIP AWS [WORD ...]
#
# STACK is the application's, whose output names the bucket. The zip's name is its SHA-256, so a key that is there
# holds the same bytes.
set -eu

stack=$1 zip=$2
shift 2
key=${zip##*/}

bucket=$("$@" cloudformation describe-stacks --stack-name "$stack" \
  --query "Stacks[0].Outputs[?OutputKey=='BundleBucket'].OutputValue" --output text)
if "$@" s3api head-object --bucket "$bucket" --key "$key" >/dev/null 2>&1; then
  printf 'The bundle %s is in its bucket already.\n' "$key"
else
  "$@" s3 cp --only-show-errors "$zip" "s3://$bucket/$key"
  printf 'Uploaded the bundle %s\n' "$key"
fi
