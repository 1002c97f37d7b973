#!/bin/sh
# Runs a program of lab/ under a Node that fits: npm run lab, npm run lab:incidents. lab/README.md says what they do.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
program=${1:?which program? cli or incidents/cli}
shift
# shellcheck disable=SC2086 # the flags are words
exec "$NODE" $node_flags "lab/$program.ts" "$@"
