#!/bin/sh
# Posts a page of `make review` as a comment of its pull request, or writes it over the one that is there.
#
# Usage: post-review.sh FOLDER, which holds page.md and the pull request's number. Both come from a run of the pull
# request's own code, so nothing in them is trusted: the number counts only if that pull request has the commit that ran.
# GitHub sets GITHUB_API_URL and GITHUB_REPOSITORY; the workflow sets GITHUB_TOKEN, HEAD_REPOSITORY and HEAD_SHA.
set -eu

page=$1/page.md
number=$(head -c 20 "$1/number" | tr -d '\r\n')
commenter='github-actions[bot]' # who writes with GITHUB_TOKEN; nobody else's comment is written over
most=65536

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

# METHOD PATH [FILE]: ask GitHub's API. The token is no argument of a process, which others on the machine could read.
api() {
  printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN" |
    curl --config - --silent --show-error --fail --max-time 60 --request "$1" \
      --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
      ${3:+--data-binary "@$3"} "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY$2"
}

case $number in
  '' | *[!0-9]*) fail 'the artifact names no pull request' ;;
esac
marker=$(head -n 1 "$page" | head -c 1000)
printf '%s\n' "$marker" | grep -qE '^<!-- beanstack review: [A-Za-z0-9 -]+ against [A-Za-z0-9/%._~-]+ -->$' ||
  fail 'the page has no marker in its first line'

pull=$(api GET "/pulls/$number")
head=$(printf '%s' "$pull" | jq -r .head.sha)
if [ "$head" != "$HEAD_SHA" ]; then
  printf 'pull request %s is at %s, not at %s; its own run posts a page\n' "$number" "$head" "$HEAD_SHA"
  exit 0
fi

comment=
at=1
while [ -z "$comment" ]; do
  found=$(api GET "/issues/$number/comments?per_page=100&page=$at")
  comment=$(printf '%s' "$found" | jq -r --arg marker "$marker" --arg by "$commenter" \
    '[.[] | select(.user.login == $by and (.body | startswith($marker))) | .id] | first // empty')
  [ "$(printf '%s' "$found" | jq length)" -eq 100 ] || break
  at=$((at + 1))
done

if [ -z "$comment" ] && grep -qxF 'No environment changes.' "$page"; then
  printf 'no environment changes, and there is no comment to write over\n'
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
# What a fork's run wrote notifies nobody: a space without width follows each at sign.
jq --raw-input --slurp --arg from "$HEAD_REPOSITORY" --arg to "$GITHUB_REPOSITORY" --argjson most "$most" '
  if $from != $to then
    sub("\n"; "\n*Made by code of the fork \($from), so it may say anything.*\n\n") | gsub("@"; "@\u200b")
  else . end
  | if length > $most then error("the page is longer than a comment may be") else {body: .} end
' "$page" >"$body"

if [ -n "$comment" ]; then
  api PATCH "/issues/comments/$comment" "$body" >/dev/null
else
  api POST "/issues/$number/comments" "$body" >/dev/null
fi
printf 'posted to pull request %s\n' "$number"
