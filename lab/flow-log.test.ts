import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tuplesAt } from './flow-log.ts';
import type { Packet } from './pcap.ts';

const NODE_MAC = '00:22:48:5c:10:40';
const OPTIONS = { continueEveryMs: 5_000, idleMs: 6_000, aheadMs: 0 };

const out = (at: number, more: Partial<Packet> = {}): Packet => ({
  at,
  fromMac: '0022485c1040',
  src: '10.224.0.4',
  dest: '203.0.113.10',
  srcPort: 40_000,
  destPort: 443,
  protocol: 6,
  bytes: 60,
  syn: false,
  fin: false,
  rst: false,
  ...more,
});
const back = (at: number, more: Partial<Packet> = {}): Packet =>
  out(at, {
    fromMac: '123456789abc',
    src: '203.0.113.10',
    dest: '10.224.0.4',
    srcPort: 443,
    destPort: 40_000,
    ...more,
  });

const said = (packets: readonly Packet[], endAt = 60_000): readonly string[] =>
  tuplesAt({ mac: NODE_MAC, packets }, endAt, OPTIONS).map(
    (t) => `${t.at} ${t.srcPort} ${t.direction}${t.state} ${t.packetsOut}/${t.packetsIn}`,
  );

test.each<[string, readonly Packet[], readonly string[]]>([
  [
    'a flow ends with the ACK of the second FIN',
    [out(0, { syn: true }), back(1, { syn: true }), out(2), out(9, { fin: true }), back(10, { fin: true }), out(11)],
    ['0 40000 OB 0/0', '11 40000 OE 4/2'],
  ],
  [
    'without that ACK it ends at the second FIN',
    [out(0, { syn: true }), out(9, { fin: true }), back(10, { fin: true })],
    ['0 40000 OB 0/0', '10 40000 OE 2/1'],
  ],
  ['a reset ends it at once', [out(0, { syn: true }), back(1, { rst: true })], ['0 40000 OB 0/0', '1 40000 OE 1/1']],
  [
    'a late packet of an ended flow begins nothing',
    [out(0, { syn: true }), back(1, { rst: true }), out(2)],
    ['0 40000 OB 0/0', '1 40000 OE 1/1'],
  ],
  [
    'a SYN on the tuple of an ended flow begins the next',
    [out(0, { syn: true }), back(1, { rst: true }), out(900, { syn: true }), back(901, { rst: true })],
    ['0 40000 OB 0/0', '1 40000 OE 1/1', '900 40000 OB 0/0', '901 40000 OE 1/1'],
  ],
  [
    'a live flow continues every five seconds, with what came since',
    [out(0, { syn: true }), out(4_000), out(8_000), out(9_000, { rst: true })],
    ['0 40000 OB 0/0', '5000 40000 OC 2/0', '9000 40000 OE 2/0'],
  ],
  ['silence ends it', [out(0, { syn: true }), out(100)], ['0 40000 OB 0/0', '5000 40000 OC 2/0', '6100 40000 OE 0/0']],
  [
    'what the other side begins is inbound',
    [back(0, { syn: true }), out(1, { rst: true })],
    ['0 443 IB 0/0', '1 443 IE 1/1'],
  ],
])('%s', (_, packets, expected) => {
  expect(said(packets)).toEqual(expected);
});

test('no packet and no byte of a UDP flow is lost or counted twice', () => {
  const packet = fc.record({ gap: fc.nat(9_000), isOut: fc.boolean(), bytes: fc.integer({ min: 28, max: 1_500 }) });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), (drawn) => {
      let at = 0;
      const packets = drawn.map(({ gap, isOut, bytes }) => (isOut ? out : back)((at += gap), { protocol: 17, bytes }));
      const tuples = tuplesAt({ mac: NODE_MAC, packets }, at + 60_000, OPTIONS);
      const sum = (of: (t: (typeof tuples)[number]) => number): number => tuples.reduce((total, t) => total + of(t), 0);
      expect(sum((t) => t.packetsOut + t.packetsIn)).toBe(packets.length);
      expect(sum((t) => t.bytesOut + t.bytesIn)).toBe(packets.reduce((total, { bytes }) => total + bytes, 0));
    }),
  );
});

test('what is denied has one D record for each attempt, however often its SYN is repeated, and no flow', () => {
  const packets = [
    out(0, { syn: true }),
    out(1_000, { syn: true }),
    out(3_000, { syn: true, srcPort: 40_001 }),
    out(7_001, { syn: true }),
    out(9_000, { syn: true, dest: '203.0.113.25' }),
  ];
  const deniedBy = ({ dest }: Packet): string | null => (dest === '203.0.113.10' ? 'deny-partner' : null);
  const tuples = tuplesAt({ mac: NODE_MAC, packets }, 10_000, { ...OPTIONS, deniedBy });
  expect(tuples.map(({ at, srcPort, state, rule }) => [at, srcPort, state, rule])).toEqual([
    [0, 40_000, 'D', 'deny-partner'],
    [3_000, 40_001, 'D', 'deny-partner'],
    [7_001, 40_000, 'D', 'deny-partner'],
    [9_000, 40_000, 'B', null],
  ]);
});
