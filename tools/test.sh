#!/bin/sh
# npm test: all tests that need nobody but the program; npm run test:live: those with others' programs and real networks.
# Behind them parts of paths: npm test -- src/core
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
  --live) shift; exec sh tools/run.sh vitest run --project live "$@" ;;
esac
exec sh tools/run.sh vitest run --project engine --project plain "$@"
