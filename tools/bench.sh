#!/bin/sh
# Runs a program of bench/ under a Node that fits: npm run bench -- [NAME…], npm run proof -- [--flows N]
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
program=${1:?which program? cli or proof}
shift
# shellcheck disable=SC2086 # the flags are words
exec "$NODE" $node_flags "bench/$program.ts" "$@"
