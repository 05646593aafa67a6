#!/bin/sh
# Sets up, then checks and tests everything, or the test files given. The last line is "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh tests
sh scripts/build.sh
bun=node_modules/.bin/bun
minutes=10
passed=0
failed=0

# All that the tests make lies below this folder, and they run the program that was just built.
TMPDIR=$(mktemp -d /tmp/tests-XXXXXX)
STRAKE_BIN=$PWD/dist/strake
export TMPDIR STRAKE_BIN
log=$(mktemp /tmp/strake-log-XXXXXX)
before=$(mktemp /tmp/strake-before-XXXXXX)
trap 'rm -rf "$log" "$before" "$TMPDIR"' EXIT
sh scripts/left-behind.sh "$TMPDIR" >"$before"

count() { sed -n "s/^ *\([0-9][0-9]*\) $1\$/\1/p" "$log" | tail -n 1; }

# Files that hang are ended, so that one of them cannot stop the rest.
run_tests() {
  code=0
  { timeout --kill-after=10 "${minutes}m" "$bun" test --timeout 60000 "$@" 2>&1 </dev/null || echo "exit code $?"; } | tee "$log"
  pass=$(count pass)
  fail=$(count fail)
  # A run that broke down has no failure of its own.
  if grep -q '^exit code [1-9]' "$log" && [ "${fail:-0}" = 0 ]; then fail=1; fi
  passed=$((passed + ${pass:-0}))
  failed=$((failed + ${fail:-0}))
}

run_check() {
  name=$1
  shift
  if "$@" >"$log" 2>&1 </dev/null; then
    passed=$((passed + 1))
    echo "(pass) $name"
  else
    failed=$((failed + 1))
    cat "$log"
    echo "(fail) $name"
  fi
}

# Monitors and what they call back may still be in their last steps.
nothing_left() {
  for _ in $(seq 30); do
    sh scripts/left-behind.sh "$TMPDIR" | grep -Fvxf "$before" >"$log.left" || { rm -f "$log.left"; return 0; }
    sleep 1
  done
  cat "$log.left"
  rm -f "$log.left"
  return 1
}

if [ $# -gt 0 ]; then
  run_tests "$@"
else
  run_check "format and lint" node_modules/.bin/biome check .
  run_check "types" node_modules/.bin/tsc --noEmit
  run_tests ./src ./bench ./scripts ./test/architecture.test.ts ./test/support
  for file in test/integration/*.test.ts test/compat/*.test.ts; do run_tests "./$file"; done
fi
run_check "the tests leave nothing behind" nothing_left
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
