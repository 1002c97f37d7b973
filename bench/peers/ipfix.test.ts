import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ExportedFlow, ipfixMessages } from './ipfix.ts';

const address = fc.uint8Array({ minLength: 4, maxLength: 4 });
const counter = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const flow: fc.Arbitrary<ExportedFlow> = fc.record({
  beginMs: counter,
  endMs: counter,
  src: address,
  dest: address,
  srcPort: fc.nat(65_535),
  destPort: fc.nat(65_535),
  protocol: fc.nat(255),
  packetsOut: counter,
  bytesOut: counter,
  packetsIn: counter,
  bytesIn: counter,
});

/** As a collector reads them, which knows the template only from the messages: values by element, RFC 7011. */
const collected = (messages: readonly Buffer[]): readonly ReadonlyMap<number, bigint>[] => {
  const template: { readonly element: number; readonly length: number }[] = [];
  const records: ReadonlyMap<number, bigint>[] = [];
  for (const bytes of messages) {
    expect(bytes.readUInt16BE(0)).toBe(10);
    expect(bytes.readUInt16BE(2)).toBe(bytes.length);
    expect(bytes.readUInt32BE(8)).toBe(records.length);
    expect(bytes.readUInt16BE(18)).toBe(bytes.length - 16);
    if (bytes.readUInt16BE(16) === 2) {
      expect(bytes.readUInt16BE(20)).toBe(256);
      for (let at = 24; at < bytes.length; at += 4)
        template.push({ element: bytes.readUInt16BE(at), length: bytes.readUInt16BE(at + 2) });
      expect(bytes.readUInt16BE(22)).toBe(template.length);
      continue;
    }
    expect(bytes.readUInt16BE(16)).toBe(256);
    for (let at = 20; at < bytes.length; ) {
      const values = template.map(({ element, length }): [number, bigint] => {
        at += length;
        return [element, BigInt(`0x${bytes.toString('hex', at - length, at)}`)];
      });
      records.push(new Map(values));
    }
  }
  return records;
};

const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

test('a collector has every flow as it was sent, and no message is larger than a frame', () => {
  fc.assert(
    fc.property(fc.array(flow, { maxLength: 60, size: 'max' }), (flows) => {
      const messages = [...ipfixMessages(flows)];
      for (const { length } of messages) expect(length).toBeLessThanOrEqual(1_400);
      expect(collected(messages)).toEqual(
        flows.map(
          (sent) =>
            // https://www.iana.org/assignments/ipfix
            new Map([
              [152, sent.beginMs],
              [153, sent.endMs],
              [8, number(sent.src)],
              [12, number(sent.dest)],
              [7, BigInt(sent.srcPort)],
              [11, BigInt(sent.destPort)],
              [4, BigInt(sent.protocol)],
              [2, sent.packetsOut],
              [1, sent.bytesOut],
              [24, sent.packetsIn],
              [23, sent.bytesIn],
            ]),
        ),
      );
    }),
  );
});
