import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIRECTIONS, FLOW_STATES } from '../../core/facts.ts';
import { decodeAll, type Row } from './decode-all.testing.ts';
import { flowLogDecoder } from './flow-log-decoder.ts';

const MAC = 0x000d3a9882cen;
const begin = '1795316640000,10.224.0.6,203.0.113.9,40001,443,6,O,B,NX,0,0,0,0';
const end = '1795316640009,10.224.0.6,203.0.113.9,40001,443,6,O,E,NX,3,767,2,1580';
const head = '"time":"2026-11-22T03:05:00.1234567Z","macAddress":"000D3A9882CE","targetResourceID":"/Sub/VNet"';
const group = (...tuples: string[]): string =>
  `{"rule":"R","flowTuples":[${tuples.map((tuple) => `"${tuple}"`).join(',')}]}`;
const body = (...groups: string[]): string =>
  `"flowRecords":{"flows":[{"aclID":"a","flowGroups":[${groups.join(',')}]}]}`;
const record = (...tuples: string[]): string => `{${head},${body(group(...tuples))}}`;
const testdata = (name: string): string => readFileSync(new URL(`testdata/${name}.in.json`, import.meta.url), 'utf8');
const sum = (rows: readonly Row[], ...columns: string[]): bigint =>
  rows.reduce((total, row) => columns.reduce((more, column) => more + (row[column] as bigint), total), 0n);

test('a VNet tuple is one row, with what its group and record say', () => {
  expect(decodeAll(`{"records":[${record(end)}]}`)).toEqual({
    rows: [
      {
        at_ms: 1795316640009n,
        src_ip: '10.224.0.6',
        dest_ip: '203.0.113.9',
        src_port: 40001,
        dest_port: 443,
        protocol: 6,
        direction: DIRECTIONS.O,
        state: FLOW_STATES.E,
        packets_out: 3n,
        bytes_out: 767n,
        packets_in: 2n,
        bytes_in: 1580n,
        encryption: 'NX',
        rule: 'R',
        mac: MAC,
        resource: '/sub/vnet',
        logged_ms: 1795316700123n,
        log: 0,
      },
    ],
    rejects: [],
    ignored: {},
  });
});

test.each<[string, string, Row]>([
  [
    'NSG version 2 in seconds',
    '1542110379,10.5.16.4,203.0.113.117,59932,443,T,O,A,E,1,66,2,67',
    {
      at_ms: 1542110379000n,
      protocol: 6,
      state: FLOW_STATES.E,
      packets_out: 1n,
      bytes_in: 67n,
      encryption: '',
      log: 1,
    },
  ],
  [
    'NSG version 2 has no counters when a flow begins',
    '1542110377,10.5.16.4,203.0.113.118,59831,443,U,I,A,B,,,,',
    { protocol: 17, state: FLOW_STATES.B, direction: DIRECTIONS.I, packets_out: 0n, bytes_in: 0n, log: 1 },
  ],
  [
    'what an NSG denied is denied, whatever the state',
    '1542110377,10.5.16.4,203.0.113.118,1,2,U,I,D,B,,,,',
    { state: FLOW_STATES.D, log: 1 },
  ],
  [
    'NSG version 1 has no state and begins',
    '1487282370,192.0.2.17,10.1.0.4,61771,3389,T,I,A',
    { state: FLOW_STATES.B, log: 2 },
  ],
  [
    'NSG version 1 denies',
    '1487282370,192.0.2.17,10.1.0.4,61771,3389,T,I,D',
    { state: FLOW_STATES.D, log: 2, packets_out: 0n },
  ],
  [
    'VNet in seconds, as in its own documentation',
    '1708978215,203.0.113.105,10.0.0.5,35370,23,6,I,B,NX,,,,',
    { at_ms: 1708978215000n, bytes_in: 0n },
  ],
  ['VNet denied', begin.replace(',B,', ',D,'), { state: FLOW_STATES.D }],
  ['ICMP', begin.replace(',6,', ',1,').replace('40001,443', '0,0'), { protocol: 1, src_port: 0 }],
  ['encrypted', begin.replace('NX', 'X'), { encryption: 'X' }],
  [
    'an encryption of tomorrow',
    begin.replace('NX', 'NX_NOT YET "KNOWN"'.replaceAll('"', '\\"')),
    { encryption: 'NX_NOT YET "KNOWN"' },
  ],
  ['an escape in a tuple', begin.replace('NX', '\\u004eX'), { encryption: 'NX' }],
  ['all 64 bits of a counter', end.replace('767', '18446744073709551615'), { bytes_out: 18446744073709551615n }],
  ['a counter just beyond a double', end.replace('767', '9007199254740993'), { bytes_out: 9007199254740993n }],
  ['fifteen digits', end.replace('767', '999999999999999'), { bytes_out: 999999999999999n }],
  ['ten digits beyond 32 bits', end.replace('767', '4294967296'), { bytes_out: 4294967296n }],
  ['IPv6 with a gap', begin.replace('203.0.113.9', '2001:DB8::1:0'), { dest_ip: '2001:db8::1:0' }],
  ['IPv6 in full', begin.replace('203.0.113.9', '2001:db8:1:2:3:4:5:6'), { dest_ip: '2001:db8:1:2:3:4:5:6' }],
  [
    'a mapped address is the IPv4 address',
    begin.replace('203.0.113.9', '::ffff:203.0.113.9'),
    { dest_ip: '203.0.113.9' },
  ],
  ['the last port there is', begin.replace('40001', '65535'), { src_port: 65535 }],
])('%s', (_, tuple, expected) => {
  const { rows, rejects } = decodeAll(record(tuple));
  expect(rejects).toEqual([]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject(expected);
});

test.each<[string, string, string]>([
  ['a port that is none', begin.replace('40001', '65536'), 'expected a source port from 0 to 65535, got "65536"'],
  ['an octet that is none', begin.replace('10.224.0.6', '10.224.0.256'), 'expected a source IP, got "10.224.0.256"'],
  [
    'a leading zero, octal to some',
    begin.replace('203.0.113.9', '203.0.113.09'),
    'expected a destination IP, got "203.0.113.09"',
  ],
  ['two gaps in IPv6', begin.replace('203.0.113.9', '2001::1::2'), 'expected a destination IP, got "2001::1::2"'],
  ['a zone', begin.replace('203.0.113.9', 'fe80::1%eth0'), 'expected a destination IP, got "fe80::1%eth0"'],
  [
    'nine groups',
    begin.replace('203.0.113.9', '1:2:3:4:5:6:7:8:9'),
    'expected a destination IP, got "1:2:3:4:5:6:7:8:9"',
  ],
  [
    'eight groups and a gap',
    begin.replace('203.0.113.9', '1:2:3:4::5:6:7:8'),
    'expected a destination IP, got "1:2:3:4::5:6:7:8"',
  ],
  ['no address', begin.replace('203.0.113.9', ''), 'expected a destination IP, got ""'],
  ['a state that nobody knows', begin.replace(',B,', ',Z,'), 'expected the state B, C, E or D, got "Z"'],
  ['a direction that nobody knows', begin.replace(',O,', ',X,'), 'expected the direction I or O, got "X"'],
  ['a protocol beyond a byte', begin.replace(',6,', ',256,'), 'expected a protocol from 0 to 255, T or U, got "256"'],
  [
    'a counter beyond 64 bits',
    end.replace('767', '18446744073709551616'),
    'expected bytes from source to destination as a number below 2^64, got "18446744073709551616"',
  ],
  [
    'a negative counter',
    end.replace('767', '-1'),
    'expected bytes from source to destination as a number below 2^64, got "-1"',
  ],
  ['the year 1970', begin.replace('1795316640000', '0'), 'expected a time from 2000 to 2099, got 0 ms since 1970'],
  [
    'the year 2106',
    begin.replace('1795316640000', '4294967295'),
    'expected a time from 2000 to 2099, got 4294967295000 ms since 1970',
  ],
  [
    'a time of words',
    begin.replace('1795316640000', 'now'),
    'expected a time in seconds or milliseconds since 1970, got "now"',
  ],
  ['twelve fields', begin.slice(0, -2), 'expected 13 fields, got 12'],
  ['nothing', '', 'expected 13 fields, got 1'],
  ['NSG between its versions', '1487282370,192.0.2.17,10.1.0.4,61771,3389,T,I,A,B', 'expected 8 or 13 fields, got 9'],
  ['NSG version 1 without a letter', '1487282370,192.0.2.17,10.1.0.4,61771,3389,6,I,A', 'expected 13 fields, got 8'],
  [
    'an NSG decision that nobody knows',
    '1487282370,192.0.2.17,10.1.0.4,61771,3389,T,I,B',
    'expected the decision A or D, got "B"',
  ],
])('refused, and its neighbours are not: %s', (_, tuple, why) => {
  const input = record(begin, tuple, end);
  const { rows, rejects } = decodeAll(input);
  expect(rows.map((row) => row['state'])).toEqual([FLOW_STATES.B, FLOW_STATES.E]);
  const offset = input.indexOf(`"${tuple}",`, input.indexOf(begin) + begin.length + 1);
  expect(rejects).toEqual([{ place: `record 1, tuple 2 (byte ${offset})`, why, text: tuple }]);
});

test('fields of a future version are counted, and the tuple is taken', () => {
  const { rows, rejects, ignored } = decodeAll(record(`${begin},new,newer`, begin));
  expect([rows.length, rejects, ignored]).toEqual([2, [], { 'fields after the 13th of a tuple': 2 }]);
});

const two = [begin, end].map((tuple) => record(tuple)) as [string, string];
test.each<[string, string]>([
  ['the whole hour', `{"records":[${two.join(',')}]}`],
  ['an hour still open', `{"records":[${two.join(',')}`],
  ['an hour still open, after a comma', `{"records":[${two.join(',')},\n`],
  ['records closed, envelope not', `{"records":[${two.join(',')}]`],
  ['an array', `[${two.join(',')}]`],
  ['JSON lines', `${two.join('\n')}\n`],
  ['JSON lines with CRLF', `${two.join('\r\n')}\r\n`],
  ['what was appended since the last look', `,${two.join(',')}`],
  ['two hours, one after the other', two.map((one) => `{"records":[${one}]}`).join('')],
  ['a byte order mark', `\ufeff{"records":[${two.join(',')}]}`],
  ['a byte order mark before each document', two.map((one) => `\ufeff${one}`).join('\n')],
  ['whitespace everywhere', `{"records":[${two.join(',')}]}`.replaceAll(/([[\]{}:,])(?=["[\]{}:,])/g, ' \t\r\n$1\n ')],
  ['the envelope says more', `{"version":{"a":[1,"]}"]},"records":[${two.join(',')}],"nextLink":null}`],
])('accepted: %s', (_, input) => {
  const { rows, rejects } = decodeAll(input);
  expect([rows.map((row) => row['state']), rejects]).toEqual([[FLOW_STATES.B, FLOW_STATES.E], []]);
  expect(rows.every((row) => row['mac'] === MAC && row['rule'] === 'R')).toBe(true);
});

test.each<[string, string]>([
  ['the rule after its tuples', `{${head},${body(`{"flowTuples":["${begin}"],"rule":"R"}`)}}`],
  ['the MAC after the flows', `{${body(group(begin))},${head}}`],
  [
    'names written with escapes',
    `{${head},${body(group(begin))}}`
      .replace('macAddress', 'mac\\u0041ddress')
      .replace('flowTuples', '\\u0066lowTuples'),
  ],
  ['a MAC with dashes', `{${head},${body(group(begin))}}`.replace('000D3A9882CE', '00-0D-3A-98-82-CE')],
  [
    'a MAC with colons in small letters',
    `{${head},${body(group(begin))}}`.replace('000D3A9882CE', '00:0d:3a:98:82:ce'),
  ],
  [
    'NSG: the MAC inside, before',
    `{"time":"2026-11-22T03:05:00.123Z","resourceId":"/SUB/vnet","properties":{"flows":[{"rule":"R","flows":[{"mac":"000D3A9882CE","flowTuples":["${begin}"]}]}]}}`,
  ],
  [
    'NSG: the MAC inside, after, and the rule too',
    `{"properties":{"flows":[{"flows":[{"flowTuples":["${begin}"],"mac":"000D3A9882CE"}],"rule":"R"}]},"resourceId":"/SUB/vnet","time":"2026-11-22T03:05:00.123Z"}`,
  ],
])('the order and spelling of properties do not matter: %s', (_, input) => {
  const { rows, rejects } = decodeAll(input);
  expect(rejects).toEqual([]);
  expect(rows).toMatchObject([{ mac: MAC, rule: 'R', resource: '/sub/vnet', logged_ms: 1795316700123n }]);
});

test('each group keeps its rule and each flow its MAC, and what says none takes the one around it', () => {
  const nsg = (mac: string): string => `{${mac}"flowTuples":["${begin}"]}`;
  const input = `{${head},"properties":{"flows":[{"rule":"A","flows":[${nsg('"mac":"000000000001",')},${nsg('')}]},{"flows":[${nsg('"mac":"000000000002",')}]},{"rule":"B","flows":[{"rule":"C",${nsg('').slice(1)}]}]}}`;
  expect(decodeAll(input).rows.map(({ mac, rule }) => [mac, rule])).toEqual([
    [1n, 'A'],
    [MAC, 'A'],
    [2n, ''],
    [MAC, 'C'],
  ]);
});

test.each<[string, string, Row, string]>([
  [
    'no MAC',
    record(begin, end).replace(/"macAddress":"\w+",/, ''),
    { mac: 0n },
    'expected a macAddress, got none: its rows have 0',
  ],
  [
    'a bad MAC',
    record(begin, end).replace('000D3A9882CE', 'eth0'),
    { mac: 0n },
    'expected a MAC of 12 hexadecimal digits, got "eth0": its rows have 0',
  ],
  [
    'a MAC that is a number',
    record(begin, end).replace('"000D3A9882CE"', '12'),
    { mac: 0n },
    'expected a macAddress, got none: its rows have 0',
  ],
  [
    'no time',
    record(begin, end).replace(/"time":"[^"]*",/, ''),
    { logged_ms: 0n },
    'expected a time, got none: its rows have 0',
  ],
  [
    'a bad time',
    record(begin, end).replace('2026-11', '2026-13'),
    { logged_ms: 0n },
    'no such time: "2026-13-22T03:05:00.1234567Z": its rows have 0',
  ],
])('%s costs no row, and is said once a record', (_, input, row, why) => {
  const { rows, rejects } = decodeAll(input);
  expect(rows).toMatchObject([row, row]);
  expect(rejects.map((reject) => reject.why)).toContain(why);
  expect(rejects.filter((reject) => reject.why === why)).toHaveLength(1);
});

test.each<[string, string, readonly string[]]>([
  ['a number', '12', ['expected a record, got a number or a word']],
  ['a string', '"hello"', ['expected a record, got a string']],
  ['a record without flows', '{"kind":"PodList"}', ['expected "flowRecords" or "properties", got neither']],
  [
    'a record among records that is none',
    '[[1],2,"x"]',
    ['expected a record, got an array', 'expected a record, got a number or a word', 'expected a record, got a string'],
  ],
  [
    'a tuple that is none',
    `{${head},${body('{"flowTuples":[1,["x"],{"a":2},null]}')}}`,
    [
      'expected a tuple, got a number or a word',
      'expected a tuple, got an array',
      'expected a tuple, got an object',
      'expected a tuple, got a number or a word',
    ],
  ],
  [
    'tuples outside flows',
    `{${head},"flowTuples":["x"],${body()}}`,
    ['expected flows inside "flowRecords" or "properties", got an array'],
  ],
  [
    'records inside a record',
    `[{"records":[${record(begin)}],${head},${body()}}]`,
    ['expected "records" only around records, got an array'],
  ],
  [
    'tuples of another shape',
    `{${head},${body('{"flowTuples":"x"}')}}`,
    ['expected tuples as an array or object, got a string'],
  ],
  ['the beginning of an envelope', '{"rec', ['expected the rest of a record, got the end of the input']],
  ['a stray bracket', ']', ['expected a record, got "]"; passed over 1 bytes to the next record or the end']],
  [
    'no JSON',
    'hello world!',
    [
      'expected a record, got a number or a word',
      'expected a record, got a number or a word',
      'expected a record, got "!"; passed over 1 bytes to the next record or the end',
    ],
  ],
  ['UTF-16', '\u0000{', ['expected a record, got byte 0x00; passed over 2 bytes to the next record or the end']],
])('no flow log: %s', (_, input, why) => {
  const { rows, rejects } = decodeAll(input);
  expect([rows, rejects.map((reject) => reject.why)]).toEqual([[], why]);
});

test.each(['', ' \n', '\ufeff', '{"records":[]}', '{"records":[', '[]'])('nothing is nothing: %j', (input) => {
  expect(decodeAll(input)).toEqual({ rows: [], rejects: [], ignored: {} });
});

test.each<[string, string]>([
  ['a torn line', `${record(begin).slice(0, -3)}\n${record(end)}\n`],
  ['a tuple torn by a line feed', `${record(begin, begin).slice(0, -40)}\n${record(end)}\n`],
  ['a torn block before the next one', `{"records":[${record(begin).slice(0, -4)},${record(end)}]}`],
  ['bytes of something else', `{"records":[${record(begin)} @@@ {"a":1} ,${record(end)}]}`],
])('after what is no JSON the next record is read: %s', (_, input) => {
  const { rows, rejects } = decodeAll(input);
  expect(rows.map((row) => row['state'])).toEqual([FLOW_STATES.B, FLOW_STATES.E]);
  expect(rejects).toHaveLength(1);
  expect(rejects[0]?.why).toMatch(/^expected .*, got .*; passed over \d+ bytes/);
});

test('a record that breaks off before it said its MAC gives rejects, one a tuple', () => {
  const input = `{${body(group(begin, end))}`;
  const { rows, rejects } = decodeAll(input);
  expect(rows).toEqual([]);
  expect(rejects.map(({ place, why }) => `${place}: ${why}`)).toEqual([
    `record 1 (byte ${input.length}): expected the rest of a record, got the end of the input`,
    `record 1, tuple 1 (byte ${input.indexOf(begin) - 1}): expected a macAddress, got none before the record broke off`,
    `record 1, tuple 2 (byte ${input.indexOf(end) - 1}): expected a macAddress, got none before the record broke off`,
  ]);
});

test('rows of a record that is still open are not handed out, and the ones before it are', () => {
  const decoder = flowLogDecoder({ name: '', at: null });
  const bytes = new TextEncoder().encode(
    `{"records":[${record(begin)},${record(end, begin).replace('"R"', '"S"').replace('NX', 'X')}]}`,
  );
  decoder.push(bytes.subarray(0, bytes.length - 8));
  expect(decoder.waiting).toBe(1);
  const first = decoder.take();
  expect(first.facts.flowRecords?.rows).toBe(1);
  expect(
    Object.values(first.facts.flowRecords?.columns ?? {}).map(
      ({ type, values }) => values.length / (type === 'IPv6' ? 16 : 1),
    ),
  ).toEqual(Array(18).fill(1));
  expect([decoder.waiting, decoder.take().facts.flowRecords]).toEqual([0, null]);
  decoder.push(bytes.subarray(bytes.length - 8));
  decoder.end();
  const { columns, rows } = decoder.take().facts.flowRecords ?? { rows: 0, columns: {} };
  expect([rows, columns['rule'], columns['encryption']]).toMatchObject([
    2,
    { words: ['', 'S'] },
    { words: ['', 'X', 'NX'] },
  ]);
});

test('beyond a thousand rejects the number is kept', () => {
  const decoder = flowLogDecoder({ name: '', at: null });
  decoder.push(new TextEncoder().encode(record(...Array<string>(2_500).fill('x'))));
  expect(decoder.waiting).toBe(1_001);
  const { rejects } = decoder.take();
  expect(rejects).toHaveLength(1_001);
  expect(rejects.at(-1)?.why).toBe('and 1500 more like: expected 13 fields, got 1');
  expect(decoder.waiting).toBe(0);
});

test('a value of any size is passed over; a long name costs the name, not the row', () => {
  const long = 'x'.repeat(100_000);
  const { rows, rejects } = decodeAll(
    `{"${long}":{"${long}":["${long}",${'9'.repeat(9_999)}]},${head},${body(group(begin, long)).replace('"R"', `"${long}"`)}}`,
  );
  expect(rows).toMatchObject([{ rule: '', mac: MAC }]);
  expect(rejects.map(({ why, text }) => [why, text.length])).toEqual([
    ['expected rule of at most 4096 bytes, got more: its rows have none', 200],
    ['expected a tuple of at most 4096 bytes, got more', 200],
  ]);
});

test.each<[string, string, string]>([
  ['VNet', record(begin), 'vnet-flow-log'],
  ['NSG', record('1487282370,192.0.2.17,10.1.0.4,61771,3389,T,I,D'), 'nsg-flow-log'],
])('the tuples say the format: %s', (_, input, format) => {
  const decoder = flowLogDecoder({ name: '', at: null });
  decoder.push(new TextEncoder().encode(input));
  expect(decoder.format).toBe(format);
});

test('the totals that Microsoft prints come out', () => {
  const flow = ['B,,,,', 'C,1021,588096,8005,4610880', 'E,52,29952,47,27072'];
  const nsg = decodeAll(
    record(...flow.map((tail) => `1708978215,203.0.113.105,10.0.0.5,35370,443,T,I,A,${tail}`)),
  ).rows;
  const vnet = decodeAll(
    record(...flow.map((tail) => `1708978215,203.0.113.105,10.0.0.5,35370,23,6,I,${tail.replace(',', ',NX,')}`)),
  ).rows;
  for (const rows of [nsg, vnet]) {
    expect([sum(rows, 'packets_out', 'packets_in'), sum(rows, 'bytes_out', 'bytes_in')]).toEqual([9_125n, 5_256_000n]);
  }
});

test.each<[string, number, number]>([
  ['vnet-v4-begin-and-end-in-one-millisecond', 19, 0],
  ['nsg-v1-rdp-from-the-internet', 9, 0],
  ['nsg-v1-real-with-empty-rules', 10, 0],
  ['nsg-v2-denied-and-continuing', 11, 0],
  ['bom-and-crlf', 2, 0],
  ['hour-still-open', 2, 0],
  ['torn-in-a-tuple', 2, 1],
  ['ipv6', 3, 2],
  ['unknown-state', 2, 3],
  ['nsg-v1-and-v2-mixed', 5, 1],
  ['deep-extra-property', 2, 1],
  ['counters-beyond-2-53', 2, 4],
  ['year-1970-and-2106', 3, 7],
  ['hostile-names-in-rules', 11, 0],
])('testdata/%s has %i rows and %i rejects', (name, rowCount, rejectCount) => {
  const { rows, rejects } = decodeAll(testdata(name));
  expect([rows.length, rejects.length]).toEqual([rowCount, rejectCount]);
});

test('names are data: whatever a rule is called is what its rows say', () => {
  expect(decodeAll(testdata('hostile-names-in-rules')).rows.map((row) => row['rule'])).toEqual([
    '\u001b[31mred\u001b[0m',
    '<img src=x onerror=alert(1)>',
    "'; DROP TABLE flows; --",
    '__proto__',
    'constructor',
    "=cmd|' /C calc'!A0",
    '\u202efdp.exe',
    'a\u0000b',
    '\u{1f600}',
    'règle',
    '',
  ]);
});
