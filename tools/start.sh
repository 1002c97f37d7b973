#!/bin/sh
# npm start: the demo with its console, on a fresh checkout too.
set -eu
cd "$(dirname "$0")/.."
sh tools/setup.sh
sh tools/console.sh
exec bin/unmasq demo --console "$@"
