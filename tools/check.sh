#!/bin/sh
# npm run check: types, lint, format, dead code. One line for each, and what is wrong below it; fails if any fails.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
sh tools/setup.sh
. tools/fitting-node.sh
PATH=$(dirname "$NODE"):$root/node_modules/.bin:$PATH
export PATH
out=$(mktemp)
trap 'rm -f "$out"' EXIT
trap 'exit 130' HUP INT TERM

failed=0
check() {
  name=$1
  shift
  if "$@" >"$out" 2>&1 </dev/null; then
    printf 'OK    %s\n' "$name"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s: %s\n' "$name" "$*"
    sed 's/^/      /' "$out"
  fi
}

# --force: TypeScript 7.0.2 does not notice edits of a base config that others extend.
check types tsc -b --force
check lint oxlint --type-aware --max-warnings=0
check format biome format .
check 'dead code' knip
[ "$failed" -eq 0 ]
