#!/bin/sh
# Refuses templates that CloudFormation takes from a bucket only: deployable.sh TEMPLATE [TEMPLATE ...]
#
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html. The aws client finds out
# too, but only when the application's stack is deployed already.
set -eu

most=51200 # bytes

for template in "$@"; do
  size=$(wc -c <"$template")
  [ "$size" -le "$most" ] || {
    printf '%s has %d bytes, CloudFormation takes %s; nothing was done\n' "$template" "$size" "$most" >&2
    printf 'Each entry of options and properties is a part of it; split a configuration that large into several environments\n' >&2
    exit 1
  }
done
