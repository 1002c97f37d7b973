import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal } from '../journal/journal.ts';
import { nameOf, Sender } from './sender.ts';

test('a segment has one name, whenever it is sent', () => {
  expect(nameOf('aks-1', '001795401867032-00000007')).toBe('conntrack/aks-1/001795401867032/00000007.txt');
});

test('a server that never answers keeps no agent from ending, and the segment stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-sender-'));
  const journal = await Journal.open(folder, { mostBytes: 1 << 20, stamp: '1795401867032' });
  await journal.append(new TextEncoder().encode('a line'));
  await journal.seal();
  const silent = createServer(() => sender.giveUp()).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const sender = new Sender(journal, {
    server: new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`),
    node: 'aks-1',
    cluster: null,
    token: async () => null,
    random: () => 0,
    log: () => undefined,
  });
  expect(await sender.step()).toBeGreaterThan(0);
  expect([sender.failures, journal.segments]).toEqual([1, 1]);
  await journal.close();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});
