import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAll, rowsOf, type Row } from './decode-all.testing.ts';
import { FlowColumns } from './flow-columns.ts';
import { readTuple } from './tuple-bytes.ts';
import { readRun } from './tuple-run.ts';
import { readTupleText } from './tuple-text.ts';

const encoder = new TextEncoder();
const sample = (name: string): Uint8Array => readFileSync(new URL(`testdata/${name}.in.json`, import.meta.url));
const samples = [
  'vnet-v4-begin-and-end-in-one-millisecond',
  'nsg-v1-rdp-from-the-internet',
  'nsg-v2-denied-and-continuing',
  'bom-and-crlf',
  'ipv6',
  'torn-in-a-tuple',
  'deep-extra-property',
  'hostile-names-in-rules',
  'nsg-v1-and-v2-mixed',
  'counters-beyond-2-53',
  'year-1970-and-2106',
].map(sample);

/** Fields that are right, nearly right, and wrong. */
const number = fc.oneof(
  fc.nat().map(String),
  fc.bigInt({ min: 0n, max: 2n ** 66n }).map(String),
  fc.constantFrom('', '0', '00', '-1', '1.5', '65535', '65536'),
);
const ip = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '::',
    '1::',
    ':1',
    '1:',
    ':::',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:7::',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
  ),
);
const at = fc.oneof(
  fc.integer({ min: 946_684_800_000, max: 4_102_444_799_999 }).map(String),
  fc.integer({ min: 946_684_800, max: 4_102_444_799 }).map(String),
  number,
);
const letter = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'I', 'O', 'T', 'U', 'X', '', 'BB');
const often = <Value>(good: fc.Arbitrary<Value>, any: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: any });
const port = often(fc.integer({ min: 0, max: 65_535 }).map(String), number);
const counters = fc.array(often(fc.nat().map(String), number), { minLength: 4, maxLength: 4 });
const encryption = fc.oneof(
  fc.constantFrom('NX', 'X', '', 'NX_LOCAL_DST'),
  fc.string({ unit: 'binary', maxLength: 70 }),
);
const vnet = fc.tuple(
  at,
  ip,
  ip,
  port,
  port,
  often(fc.nat({ max: 255 }).map(String), number),
  often(fc.constantFrom('I', 'O'), letter),
  often(fc.constantFrom('B', 'C', 'E', 'D'), letter),
  encryption,
  counters,
);
const nsg = fc.tuple(
  at,
  ip,
  ip,
  port,
  port,
  often(fc.constantFrom('T', 'U'), letter),
  often(fc.constantFrom('I', 'O'), letter),
  often(fc.constantFrom('A', 'D'), letter),
  often(fc.constantFrom('B', 'C', 'E'), letter),
  counters,
);
const tuple = fc
  .tuple(fc.oneof(vnet, nsg), often(fc.constant(99), fc.nat({ max: 16 })))
  .map(([fields, count]) => fields.flat().slice(0, count).join(','));
const rule = fc.string({ unit: 'binary', maxLength: 12 });
const json = (text: string): string => JSON.stringify(text);
const record = fc
  .record({
    tuples: fc.array(tuple, { maxLength: 6 }),
    rule,
    mac: fc.constantFrom('000D3A9882CE', 'eth0'),
    ruleFirst: fc.boolean(),
  })
  .map(({ tuples, rule: name, mac, ruleFirst }) => {
    const list = `"flowTuples":[${tuples.map(json).join(',')}]`;
    const group = ruleFirst ? `"rule":${json(name)},${list}` : `${list},"rule":${json(name)}`;
    return {
      tuples,
      text: `{"time":"2026-11-22T03:05:00.1Z","macAddress":"${mac}","x":[{"é":"\\""}],"flowRecords":{"flows":[{"flowGroups":[{${group}}]}]}}`,
    };
  });

test('however the input is cut, facts and rejects are the same', () => {
  const input = fc.oneof(
    fc.constantFrom(...samples),
    fc
      .array(record, { maxLength: 3 })
      .map((records) => encoder.encode(`{"records":[${records.map(({ text }) => text).join(',')}]}`)),
    fc
      .tuple(fc.constantFrom(...samples), fc.nat(), fc.nat({ max: 255 }))
      .map(([bytes, place, byte]) => bytes.with(place % bytes.length, byte)),
  );
  fc.assert(
    fc.property(
      input,
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.constantFrom(1, 2, 1_000),
      (bytes, cuts, takeEvery) => {
        expect(
          decodeAll(
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
            takeEvery,
          ),
        ).toEqual(decodeAll(bytes));
      },
    ),
  );
});

test('one byte at a time', () => {
  for (const bytes of samples) expect(decodeAll(bytes, Array.from(bytes.keys()), 7)).toEqual(decodeAll(bytes));
});

test('no tuple is lost: every one is a row or a reject', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const { rows, rejects } = decodeAll(records.map(({ text }) => text).join('\n'));
      const refused = rejects.filter(({ place }) => place.includes('tuple'));
      expect(rows.length + refused.length).toBe(records.flatMap(({ tuples }) => tuples).length);
      for (const { why, text } of refused) {
        expect(why).toMatch(/^expected .*, got /s);
        expect(text.length).toBeLessThanOrEqual(200);
      }
    }),
  );
});

test('the fast road for tuples takes no other way than the rule', () => {
  fc.assert(
    fc.property(tuple, (text) => {
      const [fast, slow] = [new FlowColumns(), new FlowColumns()];
      const bytes = encoder.encode(`${text.replaceAll('"', '')}"`);
      const isFast = readTuple(bytes, 0, fast) === bytes.length - 1;
      const read = readTupleText(text.replaceAll('"', ''), slow);
      if (!isFast) return;
      expect(read).toEqual({ ok: true, value: 0 });
      [fast.rows, slow.rows] = [1, 1];
      expect(rowsOf(fast.take(1) as never)).toEqual(rowsOf(slow.take(1) as never));
    }),
    { numRuns: 1_000 },
  );
});

/** What `readRun` takes, in all its widths, and what it nearly takes. */
const common = fc
  .tuple(
    fc.integer({ min: 946_684_800_000, max: 4_102_444_799_999 }),
    fc.ipV4(),
    fc.ipV4(),
    fc.nat({ max: 65_535 }),
    fc.nat({ max: 65_535 }),
    fc.nat({ max: 255 }),
    fc.constantFrom('I', 'O'),
    fc.constantFrom('B', 'C', 'E', 'D'),
    fc.constantFrom('NX', 'NX', 'NX', 'X', ''),
    fc.array(fc.oneof(fc.constantFrom('', '0', '00', '999999999', '1000000000'), fc.nat().map(String)), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map((fields) => fields.flat().join(','));
const nearly = fc
  .tuple(common, fc.nat(), fc.constantFrom('0', '1', '9', ',', '.', ':', 'T', 'N', 'X', '-', ' '))
  .map(([text, place, char]) => `${text.slice(0, place % text.length)}${char}${text.slice((place % text.length) + 1)}`);

test('a run of tuples holds what the rule says, each in its row, and the place behind them', () => {
  fc.assert(
    fc.property(
      fc.array(often(common, fc.oneof(nearly, tuple)), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      (texts, most) => {
        const tuples = texts.map((text) => text.replaceAll('"', ''));
        const [fast, slow] = [new FlowColumns(), new FlowColumns()];
        const bytes = encoder.encode(`${tuples.map((text) => `"${text}"`).join(',')}${' '.repeat(300)}`);
        // An encryption is known from the tuple before.
        fast.encryptions.idOfBytes(encoder.encode('NX'), 0, 2);
        const next = readRun(bytes, 1, bytes.lastIndexOf(0x22), fast, 5, 100, most);
        const taken = fast.rows;
        expect(taken).toBeLessThanOrEqual(Math.min(most, tuples.length - 1));
        let place = 1;
        for (const text of tuples.slice(0, taken)) {
          expect(readTupleText(text, slow)).toEqual({ ok: true, value: 0 });
          expect([fast.tuple[slow.rows], fast.offset[slow.rows]]).toEqual([6 + slow.rows, 99 + place]);
          slow.rows++;
          place += encoder.encode(text).length + 3;
        }
        expect(next).toBe(place);
        if (taken > 0) expect(rowsOf(fast.take(taken) as never)).toEqual(rowsOf(slow.take(taken) as never));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('what real logs hold goes the fastest road, but for the last of each list', () => {
  const tuples = new TextDecoder().decode(samples[0]).match(/"\d{13},[^"]*"/g) ?? [];
  const columns = new FlowColumns();
  columns.encryptions.idOfBytes(encoder.encode('NX'), 0, 2);
  const bytes = encoder.encode(`${tuples.join(',')}${' '.repeat(300)}`);
  readRun(bytes, 1, bytes.lastIndexOf(0x22), columns, 0, 0, 1_000);
  expect(columns.rows).toBe(tuples.length - 1);
});

test('what real logs hold goes the fast road', () => {
  for (const text of new TextDecoder().decode(samples[0]).match(/"\d{13},[^"]*"/g) ?? []) {
    expect(readTuple(encoder.encode(text), 1, new FlowColumns())).toBe(text.length - 1);
  }
});

test('cut off at any byte, the rows are the first ones, and what is torn is said once', () => {
  const [first, second] = [sample('vnet-v4-begin-and-end-in-one-millisecond'), sample('hour-still-open')];
  const bytes = new Uint8Array([...first, ...second]);
  const whole = decodeAll(bytes);
  expect(bytes.length).toBeGreaterThan(3_000);
  // What stands behind a tuple may still be missing: its own columns are the same.
  const own = ({ at_ms, src_ip, dest_ip, src_port, dest_port, state, bytes_in, mac }: Row): string =>
    [at_ms, src_ip, dest_ip, src_port, dest_port, state, bytes_in, mac].join();
  const all = whole.rows.map(own);
  let before = 0;
  for (let end = 0; end <= bytes.length; end++) {
    const { rows, rejects } = decodeAll(bytes.subarray(0, end));
    expect(rows.map(own).join('\n')).toBe(all.slice(0, rows.length).join('\n'));
    expect(rows.length).toBeGreaterThanOrEqual(before);
    expect(rejects.length).toBeLessThanOrEqual(1);
    for (const { why, place } of rejects) {
      expect(why).toMatch(/^expected the rest of a (tuple|record|value), got the end of the input$/);
      expect(place).toMatch(/byte \d+/);
    }
    before = rows.length;
  }
  expect(before).toBe(whole.rows.length);
});

test('no bytes make it throw', () => {
  const byte = fc.oneof(fc.constantFrom(...encoder.encode('{}[]",:\\\n 1')), fc.nat({ max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
      const { rows } = decodeAll(Uint8Array.from(bytes));
      expect(rows).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
