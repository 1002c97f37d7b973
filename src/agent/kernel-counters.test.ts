import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import type { KernelCounted, KernelCounts } from '../core/kernel-counters.ts';
import {
  countedBetween,
  type KernelLook,
  parseListenerQueue,
  parseState,
  parseTrackingCounters,
  parseWritten,
  socketInode,
  wasFlushed,
} from './kernel-counters.ts';

// conntrack v1.4.7 on two processors.
const TWO = `cpu=0   \tfound=3 invalid=1 insert=0 insert_failed=2 drop=5 early_drop=7 error=0 search_restart=0 clash_resolve=1 chaintoolong=0 
cpu=1   \tfound=0 invalid=0 insert=0 insert_failed=10 drop=20 early_drop=30 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 
`;

test.each<[string, string, ReturnType<typeof parseTrackingCounters>]>([
  [
    'processors add up, and drop is not early_drop',
    TWO,
    { insert_failed: 12, drop: 25, early_drop: 37, clash_resolve: 1 },
  ],
  ['a counter that a kernel does not have is not told', 'cpu=0 found=1 drop=2\n', { drop: 2 }],
  ['something else is no counters', 'conntrack v1.4.7 (conntrack-tools): Operation failed', null],
  ['nothing is no counters', '', null],
])('%s', (_, text, expected) => {
  expect(parseTrackingCounters(text)).toEqual(expected);
});

const look = (at: number, counts: KernelCounts): KernelLook => ({ at: instant(at), counts });
const [from, until] = [instant(1_000), instant(11_000)];

test.each<[string, KernelLook, KernelLook, KernelCounted | null]>([
  [
    'the table is as it is, the rest is what came',
    look(1_000, { entries: 90, max: 100, drop: 5, insert_failed: 2 }),
    look(11_000, { entries: 40, max: 50, drop: 8, insert_failed: 2 }),
    { from, until, counts: { entries: 40, max: 50, drop: 3, insert_failed: 0 } },
  ],
  [
    'a counter of which nothing was known before',
    look(1_000, { drop: 5 }),
    look(11_000, { entries: 1, drop: 5, clash_resolve: 9 }),
    { from, until, counts: { entries: 1, drop: 0 } },
  ],
  ['a counter that went back', look(1_000, { drop: 5 }), look(11_000, { entries: 1, drop: 4 }), null],
  ['a clock that went back', look(1_000, { drop: 5 }), look(999, { drop: 9 }), null],
  ['two looks of one millisecond', look(1_000, { drop: 5 }), look(1_000, { drop: 9 }), null],
  ['nothing in common', look(1_000, {}), look(11_000, { drop: 9 }), null],
])('%s', (_, before, now, expected) => {
  expect(countedBetween(before, now)).toEqual(expected);
});

// Linux 6.18.
const NETLINK = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
00000000cc6215f2 0   0          00000000 0        0        0     2        0        4       
00000000134ea5b8 12  41         00000005 2304     0        0     2        17       1500    
00000000238a7835 12  4294963    00000005 100      0        0     2        1        1502    
`;

test.each<[string, readonly string[], ReturnType<typeof parseListenerQueue>]>([
  ['the row of the listener', ['1500'], { waitingBytes: 2_304, drops: 17 }],
  ['two sockets of one listener', ['1500', '1502'], { waitingBytes: 2_404, drops: 18 }],
  ['part of a number is not the number', ['150'], null],
  ['a socket that is gone', ['9'], null],
])('%s', (_, inodes, expected) => {
  expect(parseListenerQueue(NETLINK, new Set(inodes))).toEqual(expected);
});

test('a file without these columns is no queue', () => {
  expect(parseListenerQueue('sk Eth Pid\n1 2 3\n', new Set(['3']))).toBe(null);
});

test.each([
  ['socket:[1500]', '1500'],
  ['pipe:[1500]', null],
  ['/dev/null', null],
])('%s', (link, inode) => {
  expect(socketInode(link)).toBe(inode);
});

test.each<[string, number | null, number | null, boolean]>([
  ['half is left: connections ended', 100, 50, false],
  ['less than half is left', 100, 49, true],
  ['a small table empties by itself', 49, 0, false],
  ['the least that counts', 50, 0, true],
  ['unknown before', null, 0, false],
  ['unknown now', 100, null, false],
])('flushed: %s', (_, before, now, expected) => {
  expect(wasFlushed(before, now)).toBe(expected);
});

test.each([
  ['2539 (conntrack) S 2535 2530 20024 0 -1', 'S'],
  ['2539 (a) S (b c) R 2535 2530', 'R'],
  ['2539 (conntrack', null],
  ['', null],
])('the state of a process behind its name, whatever that is: %s', (text, state) => {
  expect(parseState(text)).toBe(state);
});

test.each([
  ['rchar: 6476\nwchar: 120\nsyscr: 11\ncancelled_write_bytes: 0\n', 120],
  ['rchar: 6476\n', null],
])('what a process wrote', (text, bytes) => {
  expect(parseWritten(text)).toBe(bytes);
});
