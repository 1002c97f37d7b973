#!/bin/sh
# Builds the console into build/ui, where `unmasq serve` finds it. Does nothing when it is newer than all that it is made of, nor in a release, which has it built.
set -eu
cd "$(dirname "$0")/.."
sh tools/setup.sh
if [ ! -d ui ]; then exit 0; fi
built=build/ui/index.html
if [ -e "$built" ] && [ -z "$(find ui src/contract src/base package-lock.json -newer "$built" ! -name '*.test.ts' -type f | head -n 1)" ]; then exit 0; fi
out=$(mktemp)
trap 'rm -f "$out"' EXIT
if ! NODE_ENV=production sh tools/run.sh vite build ui --logLevel warn >"$out" 2>&1 </dev/null; then
  cat "$out" >&2
  echo 'console: it could not be built; what is wrong stands above. `unmasq serve` answers without it.' >&2
  exit 1
fi
echo 'console: built' >&2
