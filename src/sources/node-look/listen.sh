# Runs in a debugging pod on a node, in its network namespace: tells for FOR_SECONDS what connection tracking does, and ends by itself.
# Events are on stdout and the table on stderr: a container's log keeps the lines of each whole, and conntrack -L writes several at once.
# Lines that begin with "# unmasq" are for whoever reads the log (conntrack-log.ts). Any POSIX shell runs it.

say() { echo "# unmasq $*"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
fail() { say "failed $*"; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }

install() {
  if has apk; then apk add -q conntrack-tools
  elif has tdnf; then tdnf install -y -q conntrack-tools
  elif has dnf; then dnf install -y -q conntrack-tools
  elif has apt-get; then apt-get update -q && apt-get install -y -q conntrack
  else echo "it has no package manager that is known here"
  fi
}

say "image"
has conntrack || why=$(install 2>&1)
has conntrack || fail "the image has no conntrack, and it could not be installed: $(echo "$why" | tail -n 3 | tr '\n' ' ')"

# NEW and DESTROY are all that a translation needs. Warnings of lost events stand among the events: their place says what was lost.
conntrack -E -e NEW,DESTROY -o timestamp,id,extended -b 16777216 2>&1 &
listener=$!
trap 'kill "$listener" 2> /dev/null; exit 0' TERM INT
sleep 1
kill -0 "$listener" 2> /dev/null || fail "conntrack -E ended at once"

# What the kernel dropped for want of room, by the sockets that the listener has: it warns once, and may go on dropping in silence.
sockets=" $(for fd in /proc/"$listener"/fd/*; do readlink "$fd"; done 2> /dev/null | tr -dc '0-9\n' | tr '\n' ' ') "
tell_dropped() {
  dropped=0
  while read -r _ _ _ _ _ _ _ _ drops inode _; do
    case "$sockets" in *" $inode "*) dropped=$((dropped + drops)) ;; esac
  done < /proc/net/netlink
  say "dropped $dropped $(now)"
}

say "began $(now)"
tell_dropped
echo "# dump $(now)" >&2
conntrack -L -f ipv4 -o id,extended >&2 || fail "conntrack -L failed"
# A kernel without IPv6 has no such table.
conntrack -L -f ipv6 -o id,extended >&2 || true
# Events up to the end of the dump have come by then.
sleep 1
say "dumped"

second=0
while [ "$second" -lt "$FOR_SECONDS" ]; do
  sleep 1
  second=$((second + 1))
  tell_dropped
  kill -0 "$listener" 2> /dev/null || fail "conntrack -E ended"
done
kill "$listener"
wait "$listener" 2> /dev/null
say "ended $(now)"
