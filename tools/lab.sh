#!/bin/sh
# Makes a small cluster of network namespaces, records its traffic, takes it down, and scores unmasq on it: lab/README.md.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
exec "$NODE" $node_flags lab/cli.ts "$@"
