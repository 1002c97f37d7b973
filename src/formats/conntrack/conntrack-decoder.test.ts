import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant, parseInstant } from '../../base/instant.ts';
import type { Context } from '../decoder.ts';
import { KEPT_REJECTS } from './bounded-rejects.ts';
import { conntrackDecoder } from './conntrack-decoder.ts';
import { decode, NOWHERE, rowsOf, said } from './decode-lines.testing.ts';

const NEW =
  '[1795401867.032737]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.244.3.7 dst=203.0.113.9 sport=46294 dport=8080 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=51001 id=3545035632';
const UPDATE =
  '[1795401867.032861]\t [UPDATE] ipv4     2 tcp      6 432000 ESTABLISHED src=10.244.3.7 dst=203.0.113.9 sport=46294 dport=8080 src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=51001 [ASSURED] id=3545035632';
const DESTROY =
  '[1795401867.259474]\t[DESTROY] ipv4     2 tcp      6 119 TIME_WAIT src=10.244.3.7 dst=203.0.113.9 sport=46294 dport=8080 packets=6 bytes=400 src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=51001 packets=6 bytes=697 [ASSURED] delta-time=2 id=3545035632 [USERSPACE] portid=4285209160';
const DUMP =
  'ipv4     2 tcp      6 119 TIME_WAIT src=10.244.3.7 dst=203.0.113.9 sport=46294 dport=8080 packets=6 bytes=400 src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=51001 packets=6 bytes=697 [ASSURED] mark=0 delta-time=5 [start=Mon Nov 23 02:44:27 2026] use=1 id=3545035632';
const PLAIN_DUMP =
  'udp      17 29 src=10.244.3.7 dst=203.0.113.9 sport=35150 dport=53 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 sport=53 dport=35150 mark=0 use=1';
const PLAIN_EVENT = `    [NEW] ${PLAIN_DUMP}`;
const LOST = [
  'WARNING: We have hit ENOBUFS! We are losing events.',
  'This message means that the current netlink socket buffer size is too small.',
  'Please, check --buffer-size in conntrack(8) manpage.',
];
const at = (tuple: string): string => `[1795401867.000000]\t    [NEW] ${tuple} id=77`;
const START = Date.UTC(2026, 10, 23, 2, 44, 27);

test.each<[string, string, Record<string, string | number>]>([
  [
    'NEW is a translation that begins, with no answer yet',
    NEW,
    {
      at_ms: 1_795_401_867_032,
      kind: 0,
      id: 3_545_035_632,
      protocol: 6,
      orig_src_ip: '10.244.3.7',
      orig_dest_ip: '203.0.113.9',
      orig_src_port: 46_294,
      orig_dest_port: 8_080,
      reply_src_ip: '203.0.113.9',
      reply_dest_ip: '203.0.113.6',
      reply_src_port: 8_080,
      reply_dest_port: 51_001,
      started_ms: -1,
      counted: 0,
      packets_orig: 0,
      unreplied: 1,
      assured: 0,
    },
  ],
  ['UPDATE with traffic both ways is assured', UPDATE, { at_ms: 1_795_401_867_032, kind: 1, unreplied: 0, assured: 1 }],
  [
    'DESTROY carries counters, and its age gives the start in whole seconds',
    DESTROY,
    {
      at_ms: 1_795_401_867_259,
      kind: 2,
      counted: 1,
      packets_orig: 6,
      bytes_orig: 400,
      packets_reply: 6,
      bytes_reply: 697,
      started_ms: 1_795_401_865_000,
      id: 3_545_035_632,
    },
  ],
  [
    'an old kernel destroys without timeout, state and counters',
    at(PLAIN_DUMP.replace('17 29', '17')),
    { protocol: 17, counted: 0 },
  ],
  [
    'a dump with a start and an age knows its time',
    DUMP,
    { kind: 3, at_ms: START + 5_000, started_ms: START, id: 3_545_035_632 },
  ],
  ['a dump without one has no time', PLAIN_DUMP, { kind: 3, at_ms: -1, started_ms: -1, id: 0 }],
  [
    'the day of a month may have one digit',
    DUMP.replace('Nov 23', 'Nov  3'),
    { started_ms: Date.UTC(2026, 10, 3, 2, 44, 27) },
  ],
  [
    'the start wins over the age: it is what the kernel noted',
    DESTROY.replace('delta-time=2', 'delta-time=2 [start=Mon Nov 23 02:44:26 2026] [stop=Mon Nov 23 02:44:27 2026]'),
    { started_ms: START - 1_000 },
  ],
  [
    'a clock that stepped back leaves no start',
    DESTROY.replace('delta-time=2', 'delta-time=18446744073'),
    { started_ms: -1 },
  ],
  [
    'the echo id of ICMP stands in both ports; masquerading changes it',
    at(
      'ipv4     2 icmp     1 30 src=10.244.3.7 dst=203.0.113.9 type=8 code=0 id=1234 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 type=0 code=0 id=6338',
    ),
    { protocol: 1, orig_src_port: 1_234, orig_dest_port: 1_234, reply_src_port: 6_338, reply_dest_port: 6_338, id: 77 },
  ],
  [
    'an ICMP line without extended has echo ids and no entry id',
    'icmp     1 29 src=10.0.0.1 dst=203.0.113.9 type=8 code=0 id=1234 src=203.0.113.9 dst=10.0.0.1 type=0 code=0 id=1234',
    { reply_src_port: 1_234, id: 0 },
  ],
  [
    'ICMPv6 over IPv6',
    at(
      'ipv6     10 icmpv6   58 30 src=2001:db8:1::7 dst=2001:db8:2::9 type=128 code=0 id=77 [UNREPLIED] src=2001:db8:2::9 dst=2001:db8:1::7 type=129 code=0 id=78',
    ),
    { protocol: 58, orig_src_ip: '2001:db8:1::7', reply_dest_port: 78, id: 77 },
  ],
  [
    'SCTP and its states',
    at(
      'ipv4     2 sctp     132 3 COOKIE_WAIT src=10.0.0.1 dst=203.0.113.9 sport=4000 dport=9000 src=203.0.113.9 dst=203.0.113.6 sport=9000 dport=4000',
    ),
    { protocol: 132, orig_src_port: 4_000 },
  ],
  [
    'GRE has keys, not ports',
    at(
      'ipv4     2 gre      47 30 src=10.0.0.1 dst=203.0.113.9 srckey=0x0 dstkey=0x7 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 srckey=0x7 dstkey=0x0',
    ),
    { protocol: 47, orig_src_port: 0, unreplied: 1 },
  ],
  [
    'a protocol without a name',
    at('ipv4     2 unknown  89 600 src=10.0.0.1 dst=203.0.113.9 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6'),
    { protocol: 89 },
  ],
  [
    'marks, zones, labels, contexts and offload are passed over',
    at(
      'ipv4     2 tcp      6 src=10.0.0.1 dst=203.0.113.9 sport=1 dport=2 src=203.0.113.9 dst=203.0.113.6 sport=2 dport=1 [OFFLOAD] [HW_OFFLOAD] mark=42 secctx=system_u:object_r:x:s0 zone=7 labels=a,b',
    ),
    { orig_src_port: 1, id: 77 },
  ],
  [
    'counters reach 2^64 - 1 exactly',
    DESTROY.replace('bytes=697', 'bytes=18446744073709551615').replace('bytes=400', 'bytes=9007199254740993'),
    { bytes_reply: '18446744073709551615', bytes_orig: '9007199254740993' },
  ],
  [
    'destination NAT is a row like any other',
    at(
      'ipv4     2 tcp      6 120 SYN_SENT src=10.244.3.7 dst=203.0.113.77 sport=42872 dport=80 [UNREPLIED] src=203.0.113.9 dst=203.0.113.6 sport=8080 dport=35791',
    ),
    { orig_dest_ip: '203.0.113.77', reply_src_ip: '203.0.113.9' },
  ],
])('%s', (_, line, expected) => {
  for (const text of [`${line}\n`, `${line} \r\n`, `\uFEFF${line}\n`]) {
    const { facts, rejects } = decode(text);
    expect(rejects).toEqual([]);
    expect(rowsOf(facts.conntrack)).toEqual([expect.objectContaining(expected)]);
  }
});

test.each<[string, string, string]>([
  ['an event without a time cannot be placed', PLAIN_EVENT, 'an event without a time: record with -o timestamp'],
  [
    'a time before 2000 is a broken clock',
    NEW.replace('[1795401867', '[179540186'),
    'a timestamp that cannot be read, or is not from 2000 to 2099',
  ],
  [
    'one side is no translation',
    NEW.slice(0, NEW.indexOf(' [UNREPLIED]')),
    'only one side: a translation needs the reply too',
  ],
  ['a line that stops before its addresses', 'tcp      6 119 TIME_WAIT', 'no addresses: the line is cut'],
  ['a port that is none', NEW.replace('dport=8080', 'dport=80800'), 'a port that is not from 0 to 65535'],
  ['an address that is none', NEW.replace('203.0.113.9', '203.0.113.256'), 'a destination that is no address'],
  ['an IPv6 address that is none', NEW.replace('10.244.3.7', '2001:db8::g'), 'a source that is no address'],
  [
    'a counter of more than 64 bits',
    DESTROY.replace('bytes=697', 'bytes=18446744073709551616'),
    'a byte count that is not from 0 to 2^64 - 1',
  ],
  ['an id of more than 32 bits', NEW.replace('id=3545035632', 'id=4294967296'), 'an id that is not from 0 to 2^32 - 1'],
  ['TCP without ports', NEW.replace('sport=46294 ', ''), 'a side without its ports'],
  ['a start that is no date', DUMP.replace('Nov 23', 'Nob 23'), 'a [start=…] or [stop=…] that cannot be read'],
  ['foreign text', 'Nov 23 02:44:27 node kernel: hello', 'not a line of conntrack'],
  ['an event of another kind', NEW.replace('[NEW]', '[OLD]'), 'not a line of conntrack'],
  ['binary', '\u0000\u0001\u0002', 'not a line of conntrack'],
  ['binary within a line', NEW.replace('id=', 'mark=\u0001 id='), 'a byte that conntrack does not print'],
  [
    'two lines that ran into one at a blank',
    `${NEW.slice(0, NEW.indexOf(' src=203'))} ${DUMP}`,
    'not a line of conntrack',
  ],
  [
    'two lines that ran into one within a word',
    NEW.slice(0, NEW.indexOf('080 [')) + UPDATE,
    'a port that is not from 0 to 65535',
  ],
  [
    'two tuples where one belongs',
    NEW.replace(' [UNREPLIED]', ' sport=1'),
    'one thing said twice: two lines run into one',
  ],
])('refused: %s', (_, line, why) => {
  const { facts, rejects } = decode(`\n${line}\n`);
  expect(facts.conntrack).toBeNull();
  expect(rejects).toEqual([{ place: 'line 2', why, text: line.slice(0, 200) }]);
});

test.each<[string, Context, number]>([
  ['from the caller', { name: '', at: instant(1_795_401_999_000) }, 1_795_401_999_000],
  [
    'from a file name with dashes',
    { name: 'aks-1/dump-2026-11-22T03-04-05Z.txt', at: null },
    Date.UTC(2026, 10, 22, 3, 4, 5),
  ],
  ['from a compact file name', { name: '20261122T030405Z', at: null }, Date.UTC(2026, 10, 22, 3, 4, 5)],
  ['not from a local time in a file name', { name: '20261122T030405', at: null }, -1],
  ['not from a date that does not exist', { name: '20261322T030405Z', at: null }, -1],
])('the time of a dump: %s', (_, context, expected) => {
  const { facts, ignored } = decode(`${PLAIN_DUMP}\n`, context);
  expect(rowsOf(facts.conntrack)[0]?.['at_ms']).toBe(expected);
  expect(ignored).toEqual(expected < 0 ? { 'dump rows without a time': 1 } : {});
});

test('a dump that states its time keeps it, whatever the caller says', () => {
  const { facts } = decode(`${DUMP}\n`, { name: '', at: instant(1_900_000_000_000) });
  expect(rowsOf(facts.conntrack)[0]?.['at_ms']).toBe(START + 5_000);
});

test('a warning of lost events is a gap between the events around it', () => {
  const { facts, ignored } = decode([NEW, ...LOST, ...LOST, 'not conntrack', DESTROY, ''].join('\n'));
  const until = parseInstant('2026-11-23T02:44:27.259Z');
  expect(facts.gaps).toEqual([
    {
      source: 'conntrack',
      node: '',
      from: 1_795_401_867_032,
      until: until.ok && until.value,
      why: expect.stringContaining('ENOBUFS'),
    },
  ]);
  expect(ignored).toEqual({ 'explanations of lost events': 4, 'repeated warnings of lost events': 1 });
});

test.each<[string, readonly string[], readonly unknown[]]>([
  ['after the last event stays open', [NEW, ...LOST, ''], [[1_795_401_867_032, null]]],
  ['before the first event ends where it begins', [...LOST, NEW, ''], [[1_795_401_867_032, 1_795_401_867_032]]],
  [
    'of a clock that was set back runs forward all the same',
    [DESTROY, ...LOST, NEW, ''],
    [[1_795_401_867_032, 1_795_401_867_259]],
  ],
  ['with no event beside it cannot be placed', [...LOST, DUMP, ''], []],
])('a gap %s', (_, lines, expected) => {
  expect(decode(lines.join('\n')).facts.gaps.map(({ from, until }) => [from, until])).toEqual(expected);
});

test('what conntrack says about itself is counted, not refused', () => {
  const { rejects, ignored } = decode(
    'conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\nNOTICE: Netlink socket buffer size has been set to 425984 bytes.\n\n',
  );
  expect(rejects).toEqual([]);
  expect(ignored).toEqual({ 'conntrack summaries': 1, 'conntrack notices': 1, 'empty lines': 1 });
});

test.each<[string, string, boolean]>([
  ['an id of ten digits cannot be shortened', UPDATE, true],
  ['an id of nine digits can', UPDATE.slice(0, -1), false],
  ['a flag after the id is whole', `${UPDATE} [USERSPACE]`, true],
  [
    'a line without an id, where the others have one, may have lost it',
    `${NEW}\n${UPDATE.replace(/ id=.*/, '')}`,
    false,
  ],
  ['a line without an id, where none has one', PLAIN_DUMP, true],
  ['a port of five digits is whole', PLAIN_DUMP.replace(' mark=0 use=1', ''), true],
  ['a port of four digits may have lost one', PLAIN_DUMP.replace('5150 mark=0 use=1', '515'), false],
])('a last line without a line end counts only when nothing can be missing: %s', (_, text, isTaken) => {
  const { facts, rejects } = decode(text);
  expect((facts.conntrack?.rows ?? 0) + rejects.length).toBe(text.split('\n').length);
  expect(rejects.map((reject) => reject.why)).toEqual(isTaken ? [] : ['the last line has no line end: it may be cut']);
});

test('a line without end is refused once and does not fill memory', () => {
  const decoder = conntrackDecoder(NOWHERE);
  for (let i = 0; i < 300; i++) decoder.push(new Uint8Array(1_000).fill(65));
  decoder.push(new TextEncoder().encode(`\n${NEW}\n`));
  decoder.end();
  const { facts, rejects } = decoder.take();
  expect(rejects).toEqual([{ place: 'line 1', why: 'a line of more than 65,536 bytes', text: 'A'.repeat(200) }]);
  expect(facts.conntrack?.rows).toBe(1);
});

test('a foreign file of many lines is a thousand rejects and a count', () => {
  const { rejects } = decode('x\n'.repeat(KEPT_REJECTS + 5));
  expect(rejects.length).toBe(KEPT_REJECTS + 1);
  expect(rejects.at(-1)).toEqual({ place: 'line 1001 to 1005', why: '5 more lines were refused', text: '' });
});

test('a refused line leaves nothing behind in the row after it', () => {
  const refused = DESTROY.replaceAll(/src=\S+ dst=\S+/g, 'src=2001:db8:1:2:3:4:5:6 dst=2001:db8:1:2:3:4:5:7').replace(
    ' delta',
    ' ?delta',
  );
  const { facts, rejects } = decode(`${refused}\n${NEW}\n`);
  expect(rejects.length).toBe(1);
  expect(rowsOf(facts.conntrack)).toEqual(rowsOf(decode(`${NEW}\n`).facts.conntrack));
});

test('what was taken is forgotten, and rows of an earlier take stay as they were', () => {
  const decoder = conntrackDecoder(NOWHERE);
  decoder.push(new TextEncoder().encode(`${NEW}\n`));
  expect(decoder.waiting).toBe(1);
  const first = decoder.take();
  decoder.push(new TextEncoder().encode(`${UPDATE}\n`));
  const second = decoder.take();
  expect(decoder.waiting).toBe(0);
  expect(
    [first, second, decoder.take()].map((taken) => rowsOf(taken.facts.conntrack).map((row) => row['kind'])),
  ).toEqual([[0], [1], []]);
});

const line = fc.oneof(
  fc.constantFrom(
    NEW,
    UPDATE,
    DESTROY,
    DUMP,
    PLAIN_DUMP,
    PLAIN_EVENT,
    ...LOST,
    '',
    '\r',
    'conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.',
  ),
  fc
    .tuple(fc.constantFrom(NEW, DESTROY, DUMP), fc.nat(300), fc.string({ maxLength: 3 }))
    .map(([text, i, noise]) => `${text.slice(0, i)}${noise.replaceAll('\n', '')}${text.slice(i + noise.length)}`),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', '')),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', '\n'))
  .map(([lines, end]) => lines.join('\n') + end);

test('law: every line is a row, a gap, ignored or a reject', () => {
  fc.assert(
    fc.property(text, (input) => {
      const { facts, rejects, ignored } = decode(input);
      const { 'dump rows without a time': _, ...counted } = ignored;
      const lines = input.split('\n').length - (input.endsWith('\n') || input === '' ? 1 : 0);
      const parts = [facts.conntrack?.rows ?? 0, facts.gaps.length, rejects.length, ...Object.values(counted)];
      expect(parts.reduce((a, b) => a + b)).toBe(lines);
    }),
  );
});

test('law: how the input is cut changes nothing', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 40 }), (input, cuts) => {
      expect(said(decode(input, NOWHERE, cuts))).toEqual(said(decode(input)));
    }),
  );
});

test('law: bytes of any kind never throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void decode(bytes)));
});

test('a recording is known by its first entry, however long it is and whatever stands before it', () => {
  const lines = ['1795403057.1', '1795403057.2'].map(
    (seconds) =>
      `[${seconds}]\t    [NEW] tcp      6 120 SYN_SENT src=10.244.0.7 dst=10.244.1.9 sport=40000 dport=80 [UNREPLIED] src=10.244.1.9 dst=10.244.0.7 sport=80 dport=40000`,
  );
  const recordingOf = (input: string): string | undefined => {
    const decoder = conntrackDecoder({ name: 'log', at: null });
    decoder.push(new TextEncoder().encode(input));
    decoder.take();
    decoder.end();
    return decoder.take().recording;
  };
  expect(recordingOf(`${lines[0]}\n`)).toBe(lines[0]);
  expect(recordingOf(`# taken from a pod\nconntrack v1.4.7\n${lines.join('\r\n')}\r\n`)).toBe(lines[0]);
  expect(recordingOf(`${lines[1]}\n`)).toBe(lines[1]);
  expect(recordingOf('# nothing yet\n')).toBeUndefined();
});
