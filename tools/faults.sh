#!/bin/sh
# npm run faults: the program in trouble, with budgets of time; or those tests whose path holds an argument: npm run faults -- kills
# KILLS=100 kills it so often, SEED=7 at other moments. npm run faults -- soak: three minutes with a fault every 20 s, MINUTES=30 as many.
# npm run faults -- --bugs: would they notice what they are for?
set -eu
cd "$(dirname "$0")/.."
root=$PWD
if [ "${1:-}" = --bugs ]; then
  shift
  sh tools/setup.sh
  . tools/fitting-node.sh
  exec "$NODE" $node_flags tools/seeded-bugs.ts "$@"
fi
# Too long for the others.
if [ "${1:-}" = soak ]; then export MINUTES="${MINUTES:-3}"; fi
exec sh tools/run.sh vitest run --project faults --no-file-parallelism "$@"
