#!/bin/sh
# npm run faults: the program in trouble, with budgets of time; or those tests whose path holds an argument: npm run faults -- kills
# KILLS=100 kills it so often, SEED=7 at other moments.
set -eu
cd "$(dirname "$0")/.."
exec sh tools/run.sh vitest run --project faults --no-file-parallelism "$@"
