#!/usr/bin/env bash
# Stands in for `gh`: comments, issues, pull requests and artifacts are files below $FORGE.
set -euo pipefail
if [ "$1" = run ]; then
  cp "$FORGE/artifacts/$5/"* .
  exit 0
fi
shift
method=GET query=. path='' body='' state=''
while [ $# -gt 0 ]; do
  case "$1" in
    --paginate) ;;
    --method) method=$2; shift ;;
    --jq) query=$2; shift ;;
    -F) body=${2#body=@}; shift ;;
    -f) case "$2" in state=*) state=${2#state=} ;; esac; shift ;;
    *) path=$1 ;;
  esac
  shift
done
echo "$method $path" >> "$FORGE/calls"
# What the query makes of the answer; without jq, what it is known to make of it.
answer() {
  if command -v jq > /dev/null; then jq -r "$query" <<< "$1"; else printf '%s\n' "$2"; fi
}
# What others have written, one of them as if it were the workflow's.
others='{"id":7,"user":{"login":"github-actions[bot]"},"body":"another"}'
others+=',{"id":8,"user":{"login":"eve"},"body":"<!-- tenantry plan -->"}'
newest() { find "$FORGE/$1" -type f -printf '%f\n' | sort -n | tail -n 1; }
case "$method $path" in
  'GET '*/comments)
    id=$(newest comments)
    if [ -n "$id" ]; then
      answer "[$others,{\"id\":$id,\"user\":{\"login\":\"github-actions[bot]\"},\"body\":\"<!-- tenantry plan -->\"}]" "$id"
    else
      answer "[$others]" ''
    fi ;;
  'POST '*/comments) cp "$body" "$FORGE/comments/11" ;;
  'PATCH '*/comments/*) cp "$body" "$FORGE/comments/${path##*/}" ;;
  'GET '*/commits/*/pulls)
    commit=${path%/pulls}
    head=$(cat "$FORGE/pulls/${commit##*/}" 2> /dev/null || true)
    if [ -n "$head" ]; then answer "[{\"head\":{\"sha\":\"$head\"}}]" "$head"; else answer '[]' ''; fi ;;
  'GET '*artifacts*)
    if [ -d "$FORGE/artifacts/${path##*name=}" ]; then
      answer '{"artifacts":[{"workflow_run":{"id":5}}]}' 5
    else
      answer '{"artifacts":[]}' ''
    fi ;;
  'GET '*/issues*)
    id=$(newest issues)
    if [ -n "$id" ]; then answer "[{\"number\":$id}]" "$id"; else answer '[]' ''; fi ;;
  'POST '*/issues) cp "$body" "$FORGE/issues/3" ;;
  'PATCH '*/issues/*)
    if [ "$state" = closed ]; then rm "$FORGE/issues/${path##*/}"; else cp "$body" "$FORGE/issues/${path##*/}"; fi ;;
  *) echo "gh: $method $path is not known here" >&2; exit 9 ;;
esac
