#!/bin/sh
# npm run mutants: every slip of one token in what attribution is made of; or those in files whose path holds an argument:
# npm run mutants -- src/core/attribution/lease
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
status=0
"$NODE" $node_flags tools/mutants.ts "$@" || status=1
[ $# -gt 0 ] || MUTANTS=all sh tools/test.sh test/mutants/sql || status=1
exit $status
