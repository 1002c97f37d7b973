/** A process as a container runs it: as one user, with few capabilities, and with all of the file system for reading only but what is given to it. */
export interface Contained {
  /** What is at /opt/unmasq. */
  readonly tree: string;
  /** The one folder that it may write to, beside a /tmp of its own. */
  readonly writable: string;
  readonly user: number;
  /** The user's own where nothing is said. */
  readonly group?: number;
  /** As setpriv names them: `net_admin`. Kubernetes lets nobody but root have them: they are what its files may give. */
  readonly mayHave: readonly string[];
  /** What Kubernetes calls allowPrivilegeEscalation. */
  readonly escalates: boolean;
}

/** The mounts are those of the process alone, and go with it. The device files, and what the kernel tells, stay as a container has them. */
const MOUNTS = `set -eu
tree=$1 writable=$2
shift 2
mount -t tmpfs tmpfs /opt
mkdir /opt/unmasq
mount --bind "$tree" /opt/unmasq
around=$(dirname "$writable")
mkdir /opt/around
mount --bind "$around" /opt/around
mount -t tmpfs -o mode=1777 tmpfs /tmp
# Where the tree lies below /tmp, that hid it.
mkdir -p "$around"
mount --bind /opt/around "$around"
mount --bind "$writable" "$writable"
cut -d' ' -f5 /proc/self/mountinfo | sort -ru | while read -r at; do
  case $at in
    "$writable" | /tmp | /dev | /dev/pts | /dev/mqueue | /proc* | /sys* | /run/netns*) ;;
    *) mount -o remount,bind,ro "$at" 2>/dev/null || echo "stays writable: $at" >&2 ;;
  esac
done
cd /
exec "$@"
`;

/** The command that runs `words` so, with the words behind it. */
export const contained = (
  { tree, writable, user, group = user, mayHave, escalates }: Contained,
  words: readonly string[],
): readonly [string, ...string[]] => [
  'unshare',
  '--mount',
  '--propagation=private',
  'sh',
  '-c',
  MOUNTS,
  'sh',
  tree,
  writable,
  'setpriv',
  `--reuid=${user}`,
  `--regid=${group}`,
  '--clear-groups',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  `--bounding-set=${['-all', ...mayHave.map((name) => `+${name}`)].join(',')}`,
  ...(escalates ? [] : ['--no-new-privs']),
  // What it may not have is gone with this one more start: setpriv itself still had all of it.
  'sh',
  '-c',
  'exec "$@"',
  'sh',
  ...words,
];
