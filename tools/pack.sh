#!/bin/sh
# npm run pack: what is released of this checkout, in build/release. What is in it: tools/pack.ts
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
# shellcheck disable=SC2086 # the flags are words
exec "$NODE" $node_flags tools/pack.ts "$@"
