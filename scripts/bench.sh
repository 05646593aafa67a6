#!/bin/sh
# Runs the benchmarks, side by side with the other engines that are installed.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
sh scripts/build.sh
exec node_modules/.bin/bun bench/index.ts "$@"
