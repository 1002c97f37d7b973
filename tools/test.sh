#!/bin/sh
# npm test: the laws and the parts; npm run test:program: the program as its users start it, and simulated clusters; npm run test:live: with others' programs and real networks; npm run test:ui: the console in a browser; npm run test:wire: the store's contract over the wire of a ClickHouse server; npm run test:cluster: on a cluster of one shard and of two.
# Behind them parts of paths: npm test -- src/core
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in
  --live | --program | --ui | --wire) project=${1#--}; shift; exec sh tools/run.sh vitest run --project "$project" "$@" ;;
  --cluster) shift; exec sh tools/run.sh vitest run --project cluster-of-1 --project cluster-of-2 "$@" ;;
esac
exec sh tools/run.sh vitest run --project engine --project plain "$@"
