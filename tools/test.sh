#!/bin/sh
# npm test: all tests once, or those whose path holds an argument: npm test -- src/core
set -eu
cd "$(dirname "$0")/.."
exec sh tools/run.sh vitest run --project engine --project plain "$@"
