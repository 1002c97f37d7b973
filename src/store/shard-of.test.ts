import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IP_BYTES, type Ip, renderIp } from '../base/ip.ts';
import { openChdb } from './chdb.ts';
import type { Engine } from './engine.ts';
import { partOfPair, partsOf, shardOf } from './shard-of.ts';
import { sql } from './sql.ts';

let folder: string;
let engine: Engine;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-shard-'));
  engine = openChdb(folder);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const addresses = fc.sample(
  fc.oneof(
    fc.uint8Array({ minLength: IP_BYTES, maxLength: IP_BYTES }),
    fc.tuple(fc.constantFrom(10, 172, 192, 203), fc.nat(255), fc.nat(255), fc.nat(255)).map((quad) => {
      const bytes = new Uint8Array(IP_BYTES);
      bytes.set([0xff, 0xff, ...quad], 10);
      return bytes;
    }),
    fc.constantFrom(new Uint8Array(IP_BYTES), new Uint8Array(IP_BYTES).fill(255)),
  ),
  3_000,
);
const ips = addresses.map((bytes) => renderIp(bytes, 0));

test("an address's shard here is that of the statements that write rows", async () => {
  const [row] = await engine.rows<{ shards: readonly number[] }>(
    'SELECT arrayMap(ip -> toUInt8(cityHash64(toIPv6(ip)) % 256), {ips:Array(String)}) AS shards',
    { ips },
  );
  expect(addresses.map((bytes) => shardOf(bytes, 0))).toEqual(row?.shards);
});

test('what was summed up goes to the part that its column `shard` says', async () => {
  const pairs = ips.slice(1).map((ip, i) => ({ src: ips[i] as Ip, dest: ip }));
  const rows = await engine.rows<{ shard: number }>(
    `SELECT ${sql('write/shard-of')} AS shard FROM (SELECT toIPv6(p.1) AS src_ip, toIPv6(p.2) AS dest_ip, place
       FROM (SELECT arrayZip({src:Array(String)}, {dest:Array(String)}) AS zipped) ARRAY JOIN zipped AS p, arrayEnumerate(zipped) AS place) ORDER BY place`,
    { src: pairs.map(({ src }) => src), dest: pairs.map(({ dest }) => dest) },
  );
  expect(pairs.map(({ src, dest }) => partOfPair(src, dest, 3))).toEqual(rows.map(({ shard }) => shard % 3));
});

test('the parts of a table are all of its rows, each once and in its order, by the address on our side', () => {
  const bytes = Uint8Array.from(addresses.flatMap((address) => [...address]));
  const turned = Uint8Array.from(addresses.toReversed().flatMap((address) => [...address]));
  const number = Uint32Array.from(addresses, (_, row) => row);
  const table = {
    rows: addresses.length,
    columns: {
      from: { type: 'IPv6', values: bytes },
      to: { type: 'IPv6', values: turned },
      number: { type: 'UInt32', values: number },
    },
  } as const;
  const parts = partsOf(table, 'from', 'to', 3);
  const numbers = parts.map(({ columns: { number: own } }) => (own?.type === 'UInt32' ? [...own.values] : []));
  for (const [part, own] of numbers.entries()) {
    expect(own.length).toBeGreaterThan(addresses.length / 5);
    expect(own).toEqual([...own].sort((a, b) => a - b));
    for (const row of own) expect(partOfPair(ips[row] as Ip, ips.at(-1 - row) as Ip, 3)).toBe(part);
  }
  expect(numbers.flat().sort((a, b) => a - b)).toEqual([...number]);
});
