import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { LogAudit } from '../src/app/audit-logs.ts';
import { differences, type Schema } from './json-schema.ts';

/** The program on samples of logs. */

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-audit-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unmasq = (
  words: readonly string[],
  stdin?: string,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(root, 'src/main.ts'), 'audit', ...words],
      { env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 1 << 26 },
      (_, out, err) => done({ code: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end(stdin ?? '');
  });
const file = (name: string, bytes: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
};
const audit = async (...words: readonly string[]): Promise<LogAudit> =>
  JSON.parse((await unmasq([...words, '-o', 'json'])).out) as LogAudit;
const codes = ({ findings }: LogAudit): readonly string[] =>
  findings.map(({ code, file: of, line }) => `${code} ${of.slice(folder.length + 1)}:${line}`);

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const good = (service: string, msg: string, trace = TRACE): string =>
  JSON.stringify({ time: '2026-11-22T03:04:17.123Z', level: 'info', service, msg, trace_id: trace });
const lines = (...some: readonly string[]): string => some.map((one) => `${one}\n`).join('');

const well = file('well/cart.log', lines(good('cart', 'GET /cart'), good('cart', 'POST http://payment/charge')));
file('well/payment.log', lines(good('payment', 'POST /charge')));
const badly = file(
  'badly/checkout.log',
  lines(
    JSON.stringify({
      time: '2026-11-22T03:04:17.123Z',
      level: 'info',
      msg: 'GET /cart',
      pod: 'checkout-7d9f8b6c5-x2x9z',
      namespace: 'shop',
      traceId: TRACE,
    }),
    JSON.stringify({
      time: '2026-11-22T03:04:18.123Z',
      level: 'info',
      msg: 'POST http://ledger:8080/entries',
      traceId: TRACE,
    }),
  ),
);
file(
  'badly/ledger.log',
  lines(
    '2026-11-22 03:04:17 INFO handled request POST /entries',
    'java.lang.Error: x',
    '\tat com.example.Ledger.post(Ledger.java:7)',
  ),
);

test('where all is well there is no finding', async () => {
  const { code, out, err } = await unmasq(['--logs', join(folder, 'well')]);
  expect([code, out]).toEqual([0, expect.stringMatching(/No findings\./)]);
  expect(err).toMatch(/^100 of 100 for 3 lines .* of 2 services: 0 critical, 0 warning, 0 note$/m);
});

test('where it is not each finding has its place', async () => {
  const report = await audit('--logs', join(folder, 'badly'), '--logs-gb', '100');
  expect(codes(report)).toEqual([
    'LOG014 badly/checkout.log:1',
    'LOG009 badly/ledger.log:1',
    'LOG010 badly/ledger.log:1',
    'LOG011 badly/ledger.log:1',
    'LOG013 badly/ledger.log:1',
    'LOG015 badly/ledger.log:1',
    'LOG015 badly/ledger.log:1',
    'LOG009 badly/ledger.log:2',
    'LOG015 badly/ledger.log:2',
  ]);
  // Two of some three hundred bytes a line are what ContainerLogV2 has: a part of 100 GB of 2.30.
  const [first] = report.findings;
  expect(first?.costPerMonth).toBeCloseTo(-(first?.sparedShare ?? 0) * 230, 2);
});

test.each<[string, readonly string[], number]>([
  ['a warning', [], 3],
  ['critical', ['--fail-on', 'critical'], 3],
  ['never', ['--fail-on', 'never'], 0],
])('fails from %s on', async (_, words, code) => {
  expect((await unmasq(['--logs', badly, '--logs', join(folder, 'badly/ledger.log'), ...words])).code).toBe(code);
});

test('the same lines as a runtime, kubectl, gzip or the workspace keep them', { timeout: 120_000 }, async () => {
  const text = readFileSync(well, 'utf8').trimEnd().split('\n');
  const stamp = '2026-11-22T03:04:17.123456789Z';
  const kept: Readonly<Record<string, string | Uint8Array>> = {
    'kept/cri.log': lines(...text.map((one) => `${stamp} stdout F ${one}`)),
    'kept/kubectl.txt': lines(...text.map((one) => `[pod/cart-7d9f8b6c5-x2x9z/app] ${one}`)),
    'kept/cart.log.gz': gzipSync(lines(...text)),
    'kept/rows.json': JSON.stringify(
      text.map((LogMessage) => ({
        TimeGenerated: stamp,
        PodNamespace: 'shop',
        PodName: 'cart-7d9f8b6c5-x2x9z',
        LogMessage,
      })),
    ),
    'kept/rows.csv': `TimeGenerated,PodNamespace,PodName,LogMessage\n${lines(...text.map((one) => `${stamp},shop,cart-7d9f8b6c5-x2x9z,"${one.replaceAll('"', '""')}"`))}`,
  };
  for (const [name, bytes] of Object.entries(kept)) {
    const report = await audit('--logs', file(name, bytes));
    expect([name, report.lines, report.score, report.findings]).toEqual([name, 2, 100, []]);
  }
});

test('lines on standard input, with a field of their own for ids', async () => {
  const text = lines(
    JSON.stringify({ time: '2026-11-22T03:04:17Z', level: 'info', msg: 'GET /', kunde: 'k-4711-0815' }),
  );
  expect((await unmasq(['--logs', '-'], text)).code).toBe(3);
  expect((await unmasq(['--logs', '-', '--id-field', 'kunde'], text)).code).toBe(0);
});

test('what is printed is what the reference publishes', async () => {
  const schema = JSON.parse(readFileSync(join(root, 'docs/reference/schemas/log-audit.schema.json'), 'utf8')) as Schema;
  for (const path of ['badly', 'well'])
    expect(differences(await audit('--logs', join(folder, path)), schema, () => schema)).toEqual([]);
});

test.each<[string, RegExp]>([
  ['wide', /SAVES A MONTH/],
  ['csv', /^LOG011,critical,.*ledger\.log,1,ledger,/m],
  ['jsonl', /^\{"code":"LOG014"/m],
  ['yaml', /^kind: LogAudit/m],
  ['markdown', /^\| LOG011 \| critical \| /m],
])('-o %s', async (form, expected) => {
  const { code, out } = await unmasq(['--logs', join(folder, 'badly'), '-o', form]);
  expect([code, out]).toEqual([3, expect.stringMatching(expected)]);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['neither a configuration nor logs', [], 2, /a path is missing/],
  ['logs that are not there', ['--logs', join(folder, 'none')], 1, /E525/],
  ['a file without lines', ['--logs', file('empty.log', '\n \n')], 1, /has no lines/],
  ['gigabytes that are none', ['--logs', well, '--logs-gb', 'many'], 2, /--logs-gb many: expected GB a month/],
  ['a severity that is none', ['--logs', well, '--fail-on', 'all'], 2, /expected critical, warning, note, never/],
])('%s', async (_, words, code, err) => {
  expect(await unmasq(words)).toEqual({ code, out: '', err: expect.stringMatching(err) });
});

test('a file that cannot be read whole makes the answer incomplete', async () => {
  const torn = file('torn.log.gz', gzipSync(lines(good('cart', 'GET /'), good('cart', 'GET /'))).subarray(0, 60));
  const { code, err } = await unmasq(['--logs', torn, '--logs', well, '--strict', '--fail-on', 'never']);
  expect([code, err]).toEqual([5, expect.stringMatching(/torn\.log\.gz was not read to its end/)]);
});
