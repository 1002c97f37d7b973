import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LineTaker, ToldLine } from '../../core/monitoring/logs/told-line.ts';
import { rolesOf } from '../correlation/correlation-fields.ts';
import { unwrapped } from './envelope.ts';
import { serviceOf, serviceOfFile } from './line-of-file.ts';
import { LogLineReader, LogRowReader } from './log-line-reader.ts';
import { tellLine } from './tell-line.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const tell = (line: string): ToldLine =>
  tellLine(line, { service: null, place: { file: 'f', line: 1 }, takenMs: null }, 'f', rolesOf());

test.each<[string, string, Partial<ToldLine>]>([
  [
    'JSON',
    `{"level":"info","msg":"x","trace_id":"${TRACE}"}`,
    { isJson: true, level: 'info', traceId: TRACE, isRequest: false },
  ],
  ['words', 'x', { isJson: false, level: null, time: null, isRequest: false, isContinuation: false }],
  ['torn JSON is words', '{"level":"info"', { isJson: false }],
  ['a list is words', '["level"]', { isJson: false }],
  ['a level in words', '2026-11-22 03:04:17 WARN x', { level: 'WARN' }],
  ['logfmt', 'level=error msg=x', { level: 'error' }],
  ['klog', 'I1122 03:04:17.123456       1 main.go:1] x', { level: 'info', time: { form: 'of its own', atMs: null } }],
  ['nginx', '2026/11/22 03:04:17 [error] 7#7: x', { level: 'error', time: { form: 'of its own', atMs: null } }],
  ['no level in the middle of a sentence', 'the information error-free', { level: null }],
  [
    'an access log',
    '10.0.0.1 - - [22/Nov/2026:03:04:17 +0000] "GET / HTTP/1.1" 200',
    { isRequest: true, time: { form: 'of its own', atMs: null } },
  ],
  ['a request by its fields', '{"http":{"method":"GET"}}', { isRequest: true }],
  ['a request by its words', '{"msg":"request completed"}', { isRequest: true }],
  ['the word alone is none', 'loading the requests module', { isRequest: false }],
  ['a call', 'POST http://payment:8080/charge', { isRequest: true, calls: 'payment' }],
  ['a stack trace of Java', '\tat com.example.Cart.pay(Cart.java:7)', { isContinuation: true }],
  ['of Python', 'Traceback (most recent call last):', { isContinuation: true }],
  ['a service by its field', '{"service":{"name":"cart"},"msg":"x"}', { service: 'cart' }],
  ['a service by none', '{"msg":"x"}', { service: 'f' }],
  ['bytes, not characters', 'é€😀', { bytes: 9 }],
])('%s', (_, line, expected) => {
  expect(tell(line)).toMatchObject(expected);
});

test.each<[string, object | null]>([
  ['"2026-11-22T03:04:17.5Z"', { form: 'RFC 3339', atMs: 1_795_316_657_500 }],
  ['"2026-11-22T04:04:17.5+01:00"', { form: 'RFC 3339', atMs: 1_795_316_657_500 }],
  ['"2026-11-22 03:04:17,500"', { form: 'without a zone', atMs: 1_795_316_657_500 }],
  ['"2026-11-22 03:04:17 UTC"', { form: 'RFC 3339', atMs: 1_795_316_657_000 }],
  ['1795316657', { form: 'epoch seconds', atMs: 1_795_316_657_000 }],
  ['1795316657.5', { form: 'epoch seconds', atMs: 1_795_316_657_500 }],
  ['1795316657500', { form: 'epoch milliseconds', atMs: 1_795_316_657_500 }],
  ['1795316657500000000', { form: 'epoch nanoseconds', atMs: 1_795_316_657_500 }],
  ['"yesterday"', { form: 'of its own', atMs: null }],
  ['null', null],
])('the time %s', (time, expected) => {
  expect(tell(`{"time":${time}}`).time).toEqual(expected);
});

test('the fields of a line are its bytes, but for braces', () => {
  const line = '{"level":"info","http":{"method":"GET","status":200},"tags":["a"],"ok":true}';
  const { fields } = tell(line);
  expect(fields.map(({ path, value }) => [path, value])).toEqual([
    ['level', 'info'],
    ['http.method', 'GET'],
    ['http.status', '200'],
    ['tags', '["a"]'],
    ['ok', 'true'],
  ]);
  // Two braces, and those of http with its name and colon; the last field has no comma.
  expect(fields.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(line.length - 2 - '"http":{}'.length + 1);
});

test.each<[string, string, object]>([
  [
    'as a runtime keeps it',
    '2026-11-22T03:04:17.123456789Z stdout F x y',
    { text: 'x y', takenMs: 1_795_316_657_123, isPartial: false },
  ],
  ['in parts', '2026-11-22T03:04:17.123456789Z stderr P x', { text: 'x', isPartial: true }],
  ['empty', '2026-11-22T03:04:17.123456789Z stdout F ', { text: '', isPartial: false }],
  [
    'as Docker keeps it',
    '{"log":"x\\n","stream":"stdout","time":"2026-11-22T03:04:17.123Z"}',
    { text: 'x', takenMs: 1_795_316_657_123, isPartial: false },
  ],
  ['as kubectl prints it', '[pod/checkout-7d9f8b6c5-x2x9z/app] x', { text: 'x', service: 'checkout', takenMs: null }],
  [
    'with times',
    '[pod/db-0/db] 2026-11-22T03:04:17.123456789Z x',
    { text: 'x', service: 'db', takenMs: 1_795_316_657_123 },
  ],
  ['as it is', '2026-11-22T03:04:17Z x', { text: '2026-11-22T03:04:17Z x', takenMs: null, service: null }],
  ['a field that is called log', '{"log":"x"}', { text: '{"log":"x"}' }],
])('a line %s', (_, line, expected) => {
  expect(unwrapped(line)).toMatchObject(expected);
});

test.each([
  ['/var/log/pods/shop_checkout-7d9f8b6c5-x2x9z_8f14e45f-ceea-467f-a0e6-9d7a1f2b3c4d/app/0.log', 'shop/checkout'],
  [`/var/log/containers/db-0_shop_db-${'a'.repeat(64)}.log`, 'shop/db'],
  ['logs/cart.log.gz', 'cart'],
  ['logs/cart.2.log', 'cart'],
  ['cart.jsonl', 'cart'],
  ['standard input', 'standard input'],
])('%s is of %s', (file, service) => {
  expect(serviceOfFile(file)).toBe(service);
});

test.each([
  ['checkout-7d9f8b6c5-x2x9z', 'shop/checkout'],
  ['agent-x2x9z', 'shop/agent'],
  ['db-0', 'shop/db'],
  ['plain', 'shop/plain'],
])('the pod %s is of %s', (pod, service) => {
  expect(serviceOf('shop', pod)).toBe(service);
});

/** Keeps what is told. */
class Told implements LineTaker {
  readonly lines: ToldLine[] = [];
  line(line: ToldLine): void {
    this.lines.push(line);
  }
}
const readLines = (text: string, pieces: readonly number[] = [], file = 'cart.log') => {
  const told = new Told();
  const reader = new LogLineReader(told, file, []);
  const bytes = new TextEncoder().encode(text);
  let from = 0;
  for (const piece of pieces) reader.push(bytes.slice(from, (from += piece)));
  reader.push(bytes.slice(from));
  reader.end();
  return { told: told.lines, read: reader.read };
};

test('parts of a line are one line, at the place of the first', () => {
  const at = '2026-11-22T03:04:17.123456789Z stdout';
  const { told, read } = readLines(`${at} P {"a":\n${at} F 1}\n${at} F x\n${at} P rest`);
  expect(told.map(({ place, isJson }) => [place.line, isJson])).toEqual([
    [1, true],
    [3, false],
    [4, false],
  ]);
  expect(read).toEqual({ told: 3, blank: 0, refused: 0 });
});

test('every line is told or blank, and however the bytes were cut it comes to the same', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('', ' ', '\r', 'é€😀', '2026-11-22T03:04:17.123456789Z stdout F x'),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.integer({ min: 0, max: 9 })), (lines, pieces) => {
      const text = lines.map((one) => `${one.replaceAll('\n', ' ')}\n`).join('');
      const [whole, cut] = [readLines(text), readLines(text, pieces)];
      expect(cut).toEqual(whole);
      expect(whole.read.told + whole.read.blank).toBe(lines.length);
    }),
  );
});

test('rows of ContainerLogV2: the pod tells the service, the row its place, and what cannot be read is counted', () => {
  const rows = [
    {
      TimeGenerated: '2026-11-22T03:04:17Z',
      PodNamespace: 'shop',
      PodName: 'cart-7d9f8b6c5-x2x9z',
      LogMessage: { level: 'info', msg: 'x' },
      LogLevel: 'info',
    },
    {
      TimeGenerated: '2026-11-22T03:04:17Z',
      PodNamespace: 'shop',
      PodName: 'cart-7d9f8b6c5-x2x9z',
      LogMessage: 'x',
      LogLevel: 'unknown',
    },
    { TimeGenerated: 'noon', LogMessage: 'x' },
    { TimeGenerated: '2026-11-22T03:04:17Z', LogMessage: '' },
  ];
  const told = new Told();
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  const reader = new LogRowReader(told, 'export.json', [], bytes);
  reader.push(bytes);
  reader.end();
  expect(told.lines).toMatchObject([
    { service: 'shop/cart', isJson: true, level: 'info', place: { line: 1 }, takenMs: 1_795_316_657_000 },
    { service: 'shop/cart', isJson: false, level: null, place: { line: 2 } },
  ]);
  expect(reader.read).toEqual({ told: 2, blank: 1, refused: 1 });
});

test('a line of megabytes is told, and its time does not grow with what is behind', () => {
  const { told } = readLines(`${'['.repeat(3_000_000)}\n{"a":1}\n`);
  expect(told.map(({ isJson }) => isJson)).toEqual([false, true]);
});
