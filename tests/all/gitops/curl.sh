#!/usr/bin/env bash
# Stands in for `curl` where GitLab's API is asked: notes, issues, merge requests and packages are
# files below $FORGE. Notes come a hundred a page; the first is full of others', one of which begins
# as ours does.
set -euo pipefail
method='' out=/dev/stdout upload='' url='' who=''
declare -A field=()
while [ $# -gt 0 ]; do
  case "$1" in
    --fail | --silent | --show-error | --location) ;;
    --config) who=$(cat); shift ;;
    --request) method=$2; shift ;;
    --output) out=$2; shift ;;
    --upload-file) upload=$2; shift ;;
    --data-urlencode)
      case "$2" in
        *=*) field[${2%%=*}]=${2#*=} ;;
        *@*) field[${2%%@*}]=$(cat "${2#*@}") ;;
      esac
      shift ;;
    --*) echo "curl: $1 is not known here" >&2; exit 2 ;;
    *) url=$1 ;;
  esac
  shift
done
if [ -n "$upload" ]; then method=PUT; fi
method=${method:-GET}
path=${url#"$CI_API_V4_URL/"}
echo "$method $path" >> "$FORGE/calls"
refused() { echo "curl: (22) The requested URL returned error: $1" >&2; exit 22; }
newest() { find "$FORGE/$1" -type f -printf '%f\n' | sort -n | tail -n 1; }
# The job's own token opens packages and nothing else here; the environment's opens the rest.
case "$path" in
  */packages/*) [ "$who" = "user = \"gitlab-ci-token:$CI_JOB_TOKEN\"" ] || refused 401 ;;
  *) [ "$who" = "header = \"PRIVATE-TOKEN: $GITLAB_TOKEN\"" ] || refused 401 ;;
esac
# A token that only reads, in the environment that applies.
case "$method $GITLAB_TOKEN" in
  GET* | *identity-plan) ;;
  *) refused 403 ;;
esac
answer() { printf '%s\n' "$1" > "$out"; }
project="projects/$CI_PROJECT_ID"
case "$method $path" in
  'GET user') answer '{"id":42}' ;;
  "GET $project/merge_requests/12/notes?per_page=100&page=1")
    other='{"id":7,"body":"another","author":{"id":5}}'
    like='{"id":9,"body":"<!-- tenantry plan --> of mine","author":{"id":5}}'
    answer "[$like$(for _ in {1..99}; do printf ',%s' "$other"; done)]" ;;
  "GET $project/merge_requests/12/notes?per_page=100&page=2")
    id=$(newest comments)
    if [ -n "$id" ]; then
      answer "[{\"id\":$id,\"body\":\"<!-- tenantry plan --> and more\",\"author\":{\"id\":42}}]"
    else
      answer '[]'
    fi ;;
  "POST $project/merge_requests/12/notes")
    printf '%s' "${field[body]}" > "$FORGE/comments/11"; answer '{"id":11}' ;;
  "PUT $project/merge_requests/12/notes/11")
    [ -e "$FORGE/comments/11" ] || refused 404
    printf '%s' "${field[body]}" > "$FORGE/comments/11"; answer '{"id":11}' ;;
  "GET $project/repository/commits/"*/merge_requests)
    commit=${path%/merge_requests}
    open='{"iid":4,"state":"opened","target_branch":"main","sha":"0000"}'
    head=$(cat "$FORGE/pulls/${commit##*/}" 2> /dev/null || true)
    if [ -n "$head" ]; then
      answer "[$open,{\"iid\":12,\"state\":\"merged\",\"target_branch\":\"main\",\"sha\":\"$head\"}]"
    else
      answer "[$open]"
    fi ;;
  "PUT $project/packages/generic/identity-plan/"*/plan.json)
    version=${path%/plan.json}
    mkdir -p "$FORGE/artifacts/plan-${version##*/}"
    cp "$upload" "$FORGE/artifacts/plan-${version##*/}/plan.json"
    answer '{"message":"201 Created"}' ;;
  "GET $project/packages/generic/identity-plan/"*/plan.json)
    version=${path%/plan.json}
    [ -e "$FORGE/artifacts/plan-${version##*/}/plan.json" ] || refused 404
    cp "$FORGE/artifacts/plan-${version##*/}/plan.json" "$out" ;;
  "GET $project/issues?state=opened&labels=identity-drift")
    id=$(newest issues)
    if [ -n "$id" ]; then answer "[{\"iid\":$id}]"; else answer '[]'; fi ;;
  "POST $project/issues")
    [ "${field[labels]}" = identity-drift ] && [ -n "${field[title]}" ] || refused 400
    printf '%s' "${field[description]}" > "$FORGE/issues/3"; answer '{"iid":3}' ;;
  "PUT $project/issues/3")
    if [ "${field[state_event]:-}" = close ]; then
      rm "$FORGE/issues/3"
    else
      printf '%s' "${field[description]}" > "$FORGE/issues/3"
    fi
    answer '{"iid":3}' ;;
  *) echo "curl: $method $path is not known here" >&2; exit 9 ;;
esac
