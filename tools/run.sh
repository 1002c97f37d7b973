#!/bin/sh
# Runs one of the tools in node_modules/.bin under a Node that fits: tools/run.sh biome format --write .
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
PATH=$(dirname "$NODE"):$PATH
export PATH
tool=${1:?which tool? one of node_modules/.bin}
shift
exec "node_modules/.bin/$tool" "$@"
