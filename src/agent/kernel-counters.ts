import type { Instant } from '../base/instant.ts';
import { isKernelCounter, KERNEL_COUNTERS, type KernelCounted, type KernelCounts } from '../core/kernel-counters.ts';

/** What the kernel counts of its connection tracking, as text files and `conntrack -S` say it. Pure: who reads them is elsewhere. */

const RISING = Object.keys(KERNEL_COUNTERS).filter(
  (name) => isKernelCounter(name) && KERNEL_COUNTERS[name] === 'total',
);

/**
 * `conntrack -S`, a line for each processor: totals over all of them since the namespace was made, of what this kernel counts; null where no
 * line is one.
 */
export const parseTrackingCounters = (text: string): KernelCounts | null => {
  const lines = text.split('\n').filter((line) => /^cpu=\d+\s/.test(line));
  if (lines.length === 0) return null;
  const totals = RISING.flatMap((name) => {
    const told = lines.flatMap((line) => new RegExp(`\\s${name}=(\\d+)`).exec(line)?.[1] ?? []);
    return told.length === 0 ? [] : [[name, told.reduce((sum, n) => sum + Number(n), 0)] as const];
  });
  return Object.fromEntries(totals);
};

/** The counters as they were at a moment. */
export interface KernelLook {
  readonly at: Instant;
  readonly counts: KernelCounts;
}

/** What was counted between two looks. Null: nothing that can be said, as the clock or a counter went back. */
export const countedBetween = (before: KernelLook, now: KernelLook): KernelCounted | null => {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(now.counts)) {
    const rises = isKernelCounter(name) && KERNEL_COUNTERS[name] === 'total';
    const from = rises ? before.counts[name] : 0;
    // It was not counted then.
    if (from === undefined) continue;
    if (value < from) return null;
    counts[name] = value - from;
  }
  return now.at > before.at && Object.keys(counts).length > 0 ? { from: before.at, until: now.at, counts } : null;
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

/** `/proc/PID/stat`: `S` sleeps until something comes, `R` runs or would if it could; null: it is none. A name may hold anything. */
export const parseState = (text: string): string | null => /^\d+ \(.*\) ([A-Za-z]) /s.exec(text)?.[1] ?? null;

/** `/proc/PID/io`: bytes that it wrote, to pipes and files; null: it is none. */
export const parseWritten = (text: string): number | null => {
  const [, bytes] = /^wchar: (\d+)$/m.exec(text) ?? [];
  return bytes === undefined ? null : Number(bytes);
};

/** A table that lost half of its entries, and more than a few, between two looks: somebody flushed it (`conntrack -F`). */
export const wasFlushed = (before: number | null, now: number | null): boolean =>
  before !== null && now !== null && before >= LEAST_FLUSHED && now < before / 2;

const LEAST_FLUSHED = 50;
