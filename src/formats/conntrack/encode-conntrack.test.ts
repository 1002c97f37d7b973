import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IP_BYTES, writeIp } from '../../base/ip.ts';
import { CONNTRACK_KINDS, type ConntrackEntries } from '../../core/facts.ts';
import { decode, rowsOf } from './decode-lines.testing.ts';
import { encodeConntrack } from './encode-conntrack.ts';

const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const [EARLY, LATE] = [946_684_800, 4_102_444_799];

/** One entry that conntrack could print: ports where the protocol has them, times where the kind has them. */
const entry = fc
  .record({
    kind: fc.nat(3),
    id: fc.nat(0xffff_ffff),
    protocol: fc.constantFrom(1, 6, 17, 33, 47, 58, 89, 132, 136),
    ips: fc.tuple(ip, ip, ip, ip),
    ports: fc.tuple(
      ...([0, 0, 0, 0].map(() => fc.nat(65_535)) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    counters: fc.option(fc.tuple(u64, u64, u64, u64)),
    seconds: fc.integer({ min: EARLY, max: LATE }),
    ms: fc.nat(999),
    age: fc.option(fc.nat(1_000_000)),
    unreplied: fc.nat(1),
    assured: fc.nat(1),
    forced: fc.nat(1),
    timeout: fc.nat(432_000),
  })
  .map((e) => {
    const isDump = e.kind === CONNTRACK_KINDS.DUMP;
    const started = e.age === null || e.seconds - e.age < EARLY ? -1 : (e.seconds - e.age) * 1_000;
    const at = isDump ? (started < 0 ? -1 : e.seconds * 1_000) : e.seconds * 1_000 + e.ms;
    const [a, b, c, d] = e.ports;
    const ports = [1, 58].includes(e.protocol)
      ? [a, a, c, c]
      : [47, 89].includes(e.protocol)
        ? [0, 0, 0, 0]
        : [a, b, c, d];
    return { ...e, started, at, ports };
  });

type Entry = typeof entry extends fc.Arbitrary<infer E> ? E : never;

const tableOf = (entries: readonly Entry[]): ConntrackEntries => {
  const u8 = (of: (e: Entry) => number) => ({ type: 'UInt8', values: Uint8Array.from(entries, of) }) as const;
  const port = (side: number) =>
    ({ type: 'UInt16', values: Uint16Array.from(entries, (e) => e.ports[side] ?? 0) }) as const;
  const count = (side: number) =>
    ({ type: 'UInt64', values: BigUint64Array.from(entries, (e) => e.counters?.[side] ?? 0n) }) as const;
  const address = (side: number) => {
    const values = new Uint8Array(entries.length * IP_BYTES);
    for (const [row, e] of entries.entries()) writeIp(e.ips[side] as string, values, row * IP_BYTES);
    return { type: 'IPv6', values } as const;
  };
  return {
    rows: entries.length,
    columns: {
      at_ms: { type: 'Int64', values: BigInt64Array.from(entries, (e) => BigInt(e.at)) },
      kind: u8((e) => e.kind),
      id: { type: 'UInt32', values: Uint32Array.from(entries, (e) => e.id) },
      protocol: u8((e) => e.protocol),
      orig_src_ip: address(0),
      orig_dest_ip: address(1),
      reply_src_ip: address(2),
      reply_dest_ip: address(3),
      orig_src_port: port(0),
      orig_dest_port: port(1),
      reply_src_port: port(2),
      reply_dest_port: port(3),
      started_ms: { type: 'Int64', values: BigInt64Array.from(entries, (e) => BigInt(e.started)) },
      packets_orig: count(0),
      bytes_orig: count(1),
      packets_reply: count(2),
      bytes_reply: count(3),
      counted: u8((e) => (e.counters === null ? 0 : 1)),
      unreplied: u8((e) => e.unreplied),
      assured: u8((e) => e.assured),
      forced: u8((e) => e.forced),
      timeout_s: { type: 'UInt32', values: Uint32Array.from(entries, (e) => e.timeout) },
    },
  };
};

test('law: decoding what was encoded gives the entries back', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const table = tableOf(entries);
      const { facts, rejects } = decode(encodeConntrack(table));
      expect(rejects).toEqual([]);
      expect(rowsOf(facts.conntrack)).toEqual(rowsOf(table));
    }),
  );
});

test('an event is printed as conntrack prints it', () => {
  const lines =
    '[1795401867.032000]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.244.3.7 dst=203.0.113.9 sport=46294 dport=8080 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=46294 id=3545035632\n' +
    '[1795402827.904000]\t [UPDATE] ipv6     10 tcp      6 432000 ESTABLISHED src=2001:db8:1::7 dst=2001:db8:2::9 sport=56436 dport=8080 src=2001:db8:2::9 dst=2001:db8:1::7 sport=8080 dport=56436 [ASSURED] id=299048651\n';
  const { facts } = decode(lines);
  expect(new TextDecoder().decode(encodeConntrack(facts.conntrack as ConntrackEntries))).toBe(lines);
});
