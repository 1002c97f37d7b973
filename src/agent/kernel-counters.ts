/** What the kernel counts of its connection tracking, as text files and `conntrack -S` say it. Pure: who reads them is elsewhere. */

/** Totals over all processors since the namespace was made. */
export interface TrackingCounters {
  /** Entries that could not be made: a translation that found no port, mostly. The packet was dropped. */
  readonly insertFailed: number;
  /** Packets dropped as no entry could be had: the table is full. */
  readonly drop: number;
  /** Entries that were put out before their time to make room. */
  readonly earlyDrop: number;
}

/** `conntrack -S`: a line for each processor; null where no line is one. */
export const parseTrackingCounters = (text: string): TrackingCounters | null => {
  const lines = text.split('\n').filter((line) => /^cpu=\d+\s/.test(line));
  if (lines.length === 0) return null;
  const total = (name: string): number =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`\\s${name}=(\\d+)`).exec(line)?.[1] ?? 0), 0);
  return { insertFailed: total('insert_failed'), drop: total('drop'), earlyDrop: total('early_drop') };
};

/** What waits for a listener, and what the kernel could not put there. */
export interface ListenerQueue {
  readonly waitingBytes: number;
  readonly drops: number;
}

/** The rows of `/proc/net/netlink` whose inode is one of these, added up; null: none is. */
export const parseListenerQueue = (text: string, inodes: ReadonlySet<string>): ListenerQueue | null => {
  const [head = '', ...rows] = text.split('\n');
  const names = head.trim().split(/\s+/);
  const [rmem, drops, inode] = ['Rmem', 'Drops', 'Inode'].map((name) => names.indexOf(name)) as [
    number,
    number,
    number,
  ];
  if (rmem < 0 || drops < 0 || inode < 0) return null;
  const own = rows.map((row) => row.trim().split(/\s+/)).filter((cells) => inodes.has(cells[inode] ?? ''));
  if (own.length === 0) return null;
  const sum = (column: number): number => own.reduce((total, cells) => total + Number(cells[column]), 0);
  return { waitingBytes: sum(rmem), drops: sum(drops) };
};

/** `socket:[12345]`, as the links in `/proc/PID/fd` say it; null: something else. */
export const socketInode = (link: string): string | null => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? null;

/** A table that lost half of its entries, and more than a few, between two looks: somebody flushed it (`conntrack -F`). */
export const wasFlushed = (before: number | null, now: number | null): boolean =>
  before !== null && now !== null && before >= LEAST_FLUSHED && now < before / 2;

const LEAST_FLUSHED = 50;
