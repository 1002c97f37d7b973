import { type Ip, IP_BYTES, writeIp } from '../base/ip.ts';
import { type Table, withoutRows } from '../base/table.ts';
import { hostSide } from './host-side.ts';

/**
 * The shard of an address of sixteen bytes, as `cityHash64(ip) % 256` has it in the statements that write rows: CityHash of version 1.0.2, the
 * one that ClickHouse keeps. https://github.com/ClickHouse/ClickHouse/blob/master/contrib/cityhash102/src/city.cc
 */
export const shardOf = (addresses: Uint8Array, at: number): number => {
  const view = new DataView(addresses.buffer, addresses.byteOffset + at, IP_BYTES);
  const [head, tail] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  const sum = wrapped(tail + LENGTH);
  const turned = wrapped((sum >> LENGTH) | (sum << (64n - LENGTH)));
  const a = mixed(head ^ turned);
  const b = mixed(turned ^ a);
  return Number((wrapped(b * MULTIPLIER) ^ tail) & 0xffn);
};

const LENGTH = BigInt(IP_BYTES);
const MULTIPLIER = 0x9ddfea08eb382d69n;

const wrapped = (number: bigint): bigint => BigInt.asUintN(64, number);

const mixed = (number: bigint): bigint => {
  const product = wrapped(number * MULTIPLIER);
  return product ^ (product >> 47n);
};

/** The rows of a table that belong to each of so many parts, by the address on our side. */
export const partsOf = (table: Table, sender: string, receiver: string, parts: number): readonly Table[] => {
  const [from, to] = [table.columns[sender], table.columns[receiver]];
  if (from?.type !== 'IPv6' || to?.type !== 'IPv6')
    throw new Error(`columns ${sender} and ${receiver} must hold addresses`);
  const hosts = hostSide(from.values, to.values, table.rows);
  const partAt = memoized(hosts, parts);
  const isElsewhere = Array.from({ length: parts }, () => new Uint8Array(table.rows).fill(1));
  for (let row = 0; row < table.rows; row++) (isElsewhere[partAt(row)] as Uint8Array)[row] = 0;
  return isElsewhere.map((marked) => withoutRows(table, marked));
};

/** The part of a row with these addresses; null: it tells none. */
export const partOfPair = (sender: Ip | null, receiver: Ip | null, parts: number): number => {
  const [from, to] = [sender, receiver].map((ip) => {
    const bytes = new Uint8Array(IP_BYTES);
    if (ip !== null) writeIp(ip, bytes, 0);
    return bytes;
  }) as [Uint8Array, Uint8Array];
  return shardOf(hostSide(from, to, 1), 0) % parts;
};

/** There are few addresses and many rows. */
const memoized = (hosts: Uint8Array, parts: number): ((row: number) => number) => {
  const known = new Map<string, number>();
  const words = new Uint32Array(hosts.buffer, hosts.byteOffset, hosts.length / 4);
  return (row) => {
    const at = 4 * row;
    const key = `${words[at]} ${words[at + 1]} ${words[at + 2]} ${words[at + 3]}`;
    const part = known.get(key) ?? shardOf(hosts, row * IP_BYTES) % parts;
    known.set(key, part);
    return part;
  };
};
