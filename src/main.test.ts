import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-main-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The program as a user runs it; `until` is told the output so far, and ends the reading when it says so. */
const unmasq = (words: readonly string[], until: (out: string) => boolean = () => false): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...words], {
      env: { PATH: process.env['PATH'] ?? '', XDG_DATA_HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran = { out: '', err: '' };
    child.stdout.on('data', (piece: Buffer) => {
      ran.out += piece.toString();
      if (until(ran.out)) child.stdout.destroy();
    });
    child.stderr.on('data', (piece: Buffer) => {
      ran.err += piece.toString();
    });
    child.on('close', (code) => resolve({ code, ...ran }));
  });

const seen = (run: string): readonly string[] =>
  ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, run, part));

test('the demo names the pod, says how sure it is, and fits a screen', async () => {
  const { code, out } = await unmasq(['demo', '--exit']);
  expect(code).toBe(0);
  expect(out).toMatch(/shop +deployment\/checkout +checkout-\S+ +exact/);
  expect(out).toMatch(/exact: pod shop\/checkout-\S+ made this flow/);
  expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});

test('of a recorded run no exact verdict is wrong', async () => {
  const data = join(folder, 'incident');
  expect(await unmasq(['ingest', '--data', data, ...seen('incident')])).toMatchObject({ code: 0 });
  const truth = join(recorded, 'incident/truth.jsonl');
  const { out } = await unmasq(['evaluate', '--data', data, '--truth', truth, '-o', 'json']);
  const report = JSON.parse(out);
  expect(report.wrong).toEqual([]);
  expect(report.exact.correct).toBe(report.exact.n);
  expect(report.exact.n).toBeGreaterThan(100);
});

test('a reader that leaves early is no failure', async () => {
  const { code, err } = await unmasq(
    ['flows', '--all', '-o', 'jsonl', '-q', '--data', join(folder, 'incident')],
    (out) => out.length > 0,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
});

test.runIf(existsSync('/dev/full'))('an answer that cannot be written is a failure with a sentence', () => {
  const { status, stderr } = spawnSync(
    'sh',
    [
      '-c',
      '"$0" "$1" flows -q --data "$2" >/dev/full',
      process.execPath,
      join(root, 'src/main.ts'),
      join(folder, 'incident'),
    ],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^error: .*could not be written \[E117\]\n {2}why .*ENOSPC/),
  });
});

test('two processes on one store: the second is told who has it', async () => {
  const data = join(folder, 'busy');
  const words = ['ingest', '--data', data, ...seen('incident').slice(1)];
  const both = await Promise.all([unmasq(words), unmasq(words)]);
  const refused = both.filter(({ code }) => code !== 0);
  for (const { code, err } of refused)
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/in use by process \d+.*E301/) });
  expect(refused.length).toBeLessThan(2);
});

test('a data folder that cannot be one is refused', async () => {
  const { code, err } = await unmasq(['sources', '--data', join(root, 'package.json')]);
  expect({ code, err }).toEqual({ code: 4, err: expect.stringMatching(/E304/) });
});

test('--version', async () => {
  expect(await unmasq(['--version'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^unmasq \d+\.\d+\.\d+\n$/),
  });
});

test('standard input is read as a file is, packed or not, and never by the engine', () => {
  const hour = globSync('**/PT1H.json', { cwd: join(recorded, 'incident') })[0] as string;
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'src/main.ts'), 'ingest', '-', '-q', '--data', join(folder, 'piped')],
    { input: gzipSync(readFileSync(join(recorded, 'incident', hour))), encoding: 'utf8' },
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/vnet-flow-log +1 .* 0 +0\n/);
});

test('a simulated run goes into a new folder, never over another', async () => {
  const out = join(folder, 'simulated');
  const words = ['simulate', '--out', out, '--nodes', '1', '--pods-per-node', '4', '--hours', '0.05', '--flows', '50'];
  const made = await unmasq([...words, '--skew', 'node1=-1000', '--without', 'pod-inventory,watch']);
  expect(made).toMatchObject({ code: 0, out: '' });
  expect(made.err).toContain(`next: unmasq ingest --data ${out}.store`);
  expect(readFileSync(join(out, 'truth.jsonl'), 'utf8')).toContain('"podUid"');
  expect(await unmasq(words)).toMatchObject({ code: 2, err: expect.stringContaining('E402') });
  expect(await unmasq(['simulate', '--out', '/proc/none'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('E403'),
  });
  for (const wrong of [
    ['--late', '2'],
    ['--traffic', 'wild'],
    ['--traces', '1.1'],
    ['--trace-local-port', '0.5'],
  ])
    expect(await unmasq(['simulate', '--out', `${out}2`, ...wrong])).toMatchObject({ code: 2 });
  const small = [
    ...words.with(2, `${out}3`),
    '--traffic',
    'lively',
    '--odd',
    '--traces',
    '1',
    '--trace-local-port',
    '1',
  ];
  expect(await unmasq(small)).toMatchObject({ code: 0, err: expect.stringContaining('otlp') });
  expect(readFileSync(join(`${out}3`, 'truth.jsonl'), 'utf8')).toContain('"oracleTop1"');
});
