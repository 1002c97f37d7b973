#!/bin/sh
# Makes a checkout ready to run: a Node that fits, and the dependencies of package-lock.json. Does nothing when both are there.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
stamp=node_modules/.unmasq-setup
lock=.node/installing

. tools/fitting-node.sh

# The stamp names what was installed from, and for which machine; npm ci removes it with the rest of node_modules before it begins,
# so an install that was interrupted leaves none.
wanted="$(cksum <package-lock.json) $(uname -sm)"

is_installed() {
  { read -r installed <"$stamp"; } 2>/dev/null && [ "$installed" = "$wanted" ] && return 0
  # Someone ran `npm ci` or `npm install` here: npm writes this file last, so what it is newer than was installed.
  [ ! -e "$stamp" ] && [ -n "$(find node_modules/.package-lock.json -newer package-lock.json 2>/dev/null)" ] || return 1
  printf '%s\n' "$wanted" >"$stamp"
}

if [ -n "$NODE" ] && is_installed; then exit 0; fi

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$1"
  shift
  for line in "$@"; do printf '       %s\n' "$line" >&2; done
  exit 1
}

command -v npm >/dev/null 2>&1 || fail 'npm was not found on PATH' \
  'why: unmasq takes its dependencies, and Node itself where it is older than 22.12, from the npm registry' \
  'do:  install Node with npm, any version from 20 on (https://nodejs.org/en/download), and run this again'

# One set-up at a time: a second one would delete what the first is writing.
mkdir -p .node
waited=0
until mkdir "$lock" 2>/dev/null; do
  holder=$(cat "$lock/pid" 2>/dev/null || :)
  if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
    rm -rf "$lock"
    continue
  fi
  if [ "$waited" -eq 0 ]; then say "waiting for another set-up (process ${holder:-unknown})"; fi
  waited=$((waited + 1))
  [ "$waited" -le 900 ] || fail 'another set-up has not finished for 15 minutes' \
    "why: $root/$lock exists" 'do:  if no set-up is running, remove that folder and run this again'
  sleep 1
done
trap 'rm -rf "$lock"' EXIT
trap 'exit 130' HUP INT TERM
echo $$ >"$lock/pid"

# Says what is done, does it quietly, and shows npm's words if it fails. $1 what, $2 what to do when it fails, the rest npm's arguments.
with_npm() {
  what=$1
  remedy=$2
  shift 2
  say "$what"
  # The caller's npm (npm test …) must not decide what is left out here.
  if ! NODE_ENV=development npm "$@" --no-audit --no-fund --loglevel=error >.node/npm.log 2>&1 </dev/null; then
    cat .node/npm.log >&2
    fail "npm failed: $what" 'why: npm says it above' "do:  $remedy"
  fi
  rm -f .node/npm.log
}

. tools/fitting-node.sh # another set-up may just have fetched it
if [ -z "$NODE" ]; then
  found=$(node --version 2>/dev/null || echo none)
  [ -n "$node_package" ] || fail "no Node 22.12 or later (found: $found)" \
    "why: set-up can fetch Node for Linux and macOS on x64 and arm64, and this is $(uname -sm)" \
    'do:  install Node 24 (https://nodejs.org/en/download) and run this again'
  rm -rf .node/partial .node/node_modules
  with_npm "fetching Node 24, because the one on PATH is older than 22.12 (found: $found)" \
    'check the network or proxy (npm config get registry), or install Node 24 yourself, and run this again' \
    install --prefix .node/partial --no-save --no-package-lock "$node_package@24"
  "./.node/partial/node_modules/$node_package/bin/node" --version >/dev/null 2>&1 || fail 'the Node that was fetched does not run here' \
    'why: it is built for glibc; Alpine and other musl systems need their own' \
    'do:  install Node 24 with the package manager of this system and run this again'
  # In one step, so that an interrupted fetch is never taken for a Node.
  mv .node/partial/node_modules .node/node_modules
  rm -rf .node/partial
fi

if ! is_installed; then
  # A release has no tests, and needs nothing of what they need.
  if [ -d test ]; then include=--include=dev; else include=--omit=dev; fi
  with_npm 'installing dependencies (npm ci); the first time takes a minute, for the engine is 500 MB' \
    'check the network or proxy (npm config get registry) and the disk, and run this again' \
    ci $include
  printf '%s\n' "$wanted" >"$stamp"
fi
say 'done'
