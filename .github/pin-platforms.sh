#!/bin/sh
# Pins in config/ the platform version that runs in each environment, and opens a pull request with the difference.
#
# Usage: pin-platforms.sh, in a checkout of the default branch, with credentials of AWS that may read. GitHub sets
# GITHUB_REPOSITORY; the workflow sets GH_TOKEN, with which `gh` and git write.
set -eu

branch=beanstack/platform
title='Pin the platform that runs'

for folder in bundle/*/*/; do
  path=${folder#bundle/}
  application=${path%%/*}
  environment=$(basename "$folder")
  make --no-print-directory platform "APP=$application" "ENV=$environment" TO=running ||
    printf '::warning::%s of %s: the platform that runs is not known\n' "$environment" "$application"
done

if git diff --quiet -- config; then
  printf 'config/ pins what runs\n'
  exit 0
fi
make --no-print-directory generate

git switch --quiet --force-create "$branch"
git add config bundle output
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --quiet --message "$title"
gh auth setup-git
git push --quiet --force origin "$branch"
if [ "$(gh pr list --head "$branch" --state open --json number --jq length)" -eq 0 ]; then
  gh pr create --head "$branch" --title "$title" --body "EB has updated the platform by itself, as \`managed_updates\` \
allows. This pins in config/ what runs, so that no deployment lowers it."
else
  printf 'the pull request of %s is open; it has the new version\n' "$branch"
fi
