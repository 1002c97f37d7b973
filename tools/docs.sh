#!/bin/sh
# npm run docs: the documentation as HTML, in build/docs.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
# shellcheck disable=SC2086 # the flags are words
exec "$NODE" $node_flags tools/docs.ts "$@"
