import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { fail, ok } from '../base/result.ts';
import { type DumpPorts, dumpTable, HELD_BYTES } from './dump.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A `conntrack` that says this, and of IPv6 nothing. */
const conntrack = (script: string): string => {
  const path = join(folder, 'conntrack');
  writeFileSync(path, `#!/bin/sh\n[ "$3" = ipv4 ] || exit 0\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
};

const dumped = async (script: string, ports: Partial<DumpPorts> = {}) => {
  const pieces: string[] = [];
  let clock = 1_795_401_867_000;
  let waits = 0;
  const result = await dumpTable(conntrack(script), {
    now: () => instant(clock++),
    caughtUp: async () => {
      waits++;
    },
    begun: new Set(),
    room: Buffer.alloc(HELD_BYTES),
    keep: async (piece) => {
      pieces.push(Buffer.from(piece).toString());
      return ok(null);
    },
    ...ports,
  });
  return { result, pieces, waits };
};

const COUNT = 40_000;
const MANY = `awk 'BEGIN { for (n = 1; n <= ${COUNT}; n++) print "udp 17 29 src=10.244.3.7 dst=203.0.113.10 sport=4000 dport=53 id=" n }'`;

test('a table of several times the room is told whole, in order, each piece behind its time', async () => {
  const { result, pieces, waits } = await dumped(MANY);
  expect(result).toEqual(ok(COUNT));
  for (const piece of pieces) expect(piece).toMatch(/^# dump \S+Z\nudp .*\n$/s);
  const ids = pieces.flatMap((piece) => [...piece.matchAll(/ id=(\d+)\n/g)].map(([, id]) => Number(id)));
  expect(ids).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
  expect(waits).toBeGreaterThan((COUNT * 68) / HELD_BYTES);
  const times = pieces.map((piece) => piece.slice(0, piece.indexOf('\n')));
  expect(times).toEqual(times.toSorted());
});

test('entries that events began are left out, and a piece of nothing else is not told', async () => {
  const begun = new Set(Array.from({ length: COUNT / 2 }, (_, n) => String(2 * n + 1)));
  const { result, pieces } = await dumped(MANY, { begun });
  expect(result).toEqual(ok(COUNT / 2));
  expect(pieces.join('')).not.toMatch(/ id=\d*[13579]\n/);
  expect(await dumped('echo udp id=7', { begun: new Set(['7']) })).toMatchObject({ result: ok(0), pieces: [] });
});

test('a line that comes in parts is one line', async () => {
  const { pieces } = await dumped('printf "udp id"; sleep 0.1; printf "=7\\nudp id=8\\nud"; sleep 0.1; echo "p id=9"');
  expect(pieces.join('').replaceAll(/^# dump .*\n/gm, '')).toBe('udp id=7\nudp id=8\nudp id=9\n');
});

test('a spool that takes no more, or a conntrack that fails, is a dump that failed', async () => {
  const full = await dumped(MANY, { keep: async () => fail('the spool has reached its bound') });
  expect(full.result).toEqual(fail('the spool has reached its bound'));
  expect((await dumped('echo "Operation not permitted" >&2; exit 1')).result).toEqual(fail('Operation not permitted'));
  expect((await dumped('exit 3')).result).toEqual(fail('conntrack -L ended with 3'));
});
