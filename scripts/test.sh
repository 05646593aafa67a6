#!/bin/sh
# Sets up, then runs every test. The last line is "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/build.sh

log=$(mktemp)
status=$(mktemp)
trap 'rm -f "$log" "$status"' EXIT
{
  code=0
  node_modules/.bin/bun test "$@" 2>&1 || code=$?
  echo "$code" >"$status"
} | tee "$log"

count() { sed -n "s/^ *\([0-9][0-9]*\) $1\$/\1/p" "$log" | tail -n 1; }
passed=$(count pass)
failed=$(count fail)
code=$(cat "$status")
# A run that broke down has no count of its own.
if [ "$code" != 0 ] && [ "${failed:-0}" = 0 ]; then failed=1; fi
echo "${passed:-0} passed, ${failed:-0} failed"
[ "$code" = 0 ] && [ "${failed:-0}" = 0 ]
