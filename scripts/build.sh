#!/bin/sh
# Builds the one executable, dist/strake.
set -eu
cd "$(dirname "$0")/.."
# Without git, or with a git that refuses a folder of another user, the commit is read from its files.
build=$(git rev-parse --short=7 HEAD 2>/dev/null ||
  cut -c 1-7 ".git/$(sed -n 's/^ref: //p' .git/HEAD 2>/dev/null)" 2>/dev/null || echo source)
mkdir -p dist
# Written beside its place and moved there, so that a strake that runs meanwhile is not disturbed.
node_modules/.bin/bun build src/cli/main.ts --compile --bytecode --minify --format=esm --splitting \
  --define "process.env.STRAKE_BUILD=\"$build\"" --outfile "dist/strake.$$" >"dist/build.$$.log" 2>&1 || {
  cat "dist/build.$$.log" >&2
  rm -f "dist/strake.$$" "dist/build.$$.log"
  exit 1
}
rm -f "dist/build.$$.log"
mv "dist/strake.$$" dist/strake
