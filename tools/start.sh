#!/bin/sh
# npm start: the demo, on a fresh checkout too.
set -eu
cd "$(dirname "$0")/.."
sh tools/setup.sh
exec bin/unmasq demo "$@"
