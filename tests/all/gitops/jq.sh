#!/usr/bin/env bash
# Stands in for `jq` on a machine that has none: what the queries of GitLab's file make of what
# `curl.sh` answers.
set -euo pipefail
query='' file=/dev/stdin
while [ $# -gt 0 ]; do
  case "$1" in
    --raw-output) ;;
    --arg | --argjson) shift 2 ;;
    *.json) file=$1 ;;
    *) query=$1 ;;
  esac
  shift
done
text=$(cat "$file")
of() { sed -n "s/.*$1.*/\\1/p" <<< "$text"; }
case "$query" in
  .id) of '"id":\([0-9]*\)' ;;
  length) grep -o '"body"' <<< "$text" | wc -l ;;
  *'<!-- tenantry plan -->'*) of '"id":\([0-9]*\),"body":"<!-- tenantry plan --> and more"' ;;
  '.[0].iid // empty') of '"iid":\([0-9]*\)' ;;
  *.sha*) of '"state":"merged","target_branch":"main","sha":"\([0-9a-f]*\)"' ;;
  *) echo "jq: $query is not known here" >&2; exit 3 ;;
esac
