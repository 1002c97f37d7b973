import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderInstant } from '../../base/instant.ts';
import type { Taken } from '../decoder.ts';
import { recognise } from '../recognise.ts';
import { logAnalyticsDecoder, type TableName } from './log-analytics-decoder.ts';
import { parseCount } from './row-reader.ts';
import { parseUtcTime } from './utc-time.ts';

const decode = (format: TableName, input: Uint8Array | string, cuts: readonly number[] = []): Taken => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const decoder = logAnalyticsDecoder(format, { name: '', at: null });
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    decoder.push(bytes.slice(from, cut));
    from = cut;
  }
  decoder.end();
  return decoder.take();
};

test.each<[string, string | null]>([
  ['8/25/2025 8:11:21.937 PM', '2025-08-25T20:11:21.937Z'],
  ['8/25/2025, 12:00:00 AM', '2025-08-25T00:00:00.000Z'],
  ['8/25/2025, 12:00:00\u202fPM', '2025-08-25T12:00:00.000Z'],
  ['2025-08-25T20:11:21.9371234Z', '2025-08-25T20:11:21.937Z'],
  ['2025-08-25 20:11:21', '2025-08-25T20:11:21.000Z'],
  ['25/8/2025 8:11:21 PM', null],
  ['8/25/2025 13:11:21 PM', null],
  ['8/25/2025 20:11:21', null],
  ['yesterday', null],
])('time: %s', (text, expected) => {
  const read = parseUtcTime(text);
  expect(read.ok ? renderInstant(read.value) : null).toBe(expected);
});

test.each<[string, bigint | null]>([
  ['0', 0n],
  ['7554.0', 7554n],
  ['18446744073709551615', 18446744073709551615n],
  ['1e+16', 10n ** 16n],
  ['1.5', null],
  ['-1', null],
  ['', null],
  ['x', null],
])('count: %s', (text, expected) => {
  const read = parseCount(text);
  expect(read.ok ? read.value : null).toBe(expected);
});

test('a column of local times is refused, not misread', () => {
  const { facts, rejects } = decode(
    'ContainerLogV2',
    'TimeGenerated [Local Time],LogMessage\n2026-11-22T03:00:00Z,x\n',
  );
  expect(facts.logLines).toEqual([]);
  expect(rejects.map(({ place, why }) => [place, why])).toEqual([
    ['row 1, TimeGenerated', 'expected a column in UTC, got "TimeGenerated [Local Time]"'],
  ]);
});

test('a blank address is no address', () => {
  for (const blank of ['', ' ', null, 'None']) {
    const row = {
      TableName: 'PrimaryResult',
      TimeGenerated: '2026-11-22T03:00:00Z',
      PodUid: 'u',
      Name: 'p',
      PodIp: blank,
    };
    const { facts, rejects } = decode('KubePodInventory', JSON.stringify([row]));
    expect(facts.pods.map((pod) => pod.ips)).toEqual([[]]);
    expect(rejects).toEqual([]);
  }
});

test('rows of one sampling are one pod, in any order', () => {
  const row = (uid: string, minute: number, start: string): object => ({
    TimeGenerated: `2026-11-22T03:0${minute}:00Z`,
    PodUid: uid,
    Name: uid,
    ContainerCreationTimeStamp: start,
  });
  const rows = [
    row('a', 1, '2026-11-22T02:00:09Z'),
    row('b', 1, ''),
    row('a', 2, ''),
    row('a', 1, '2026-11-22T02:00:01Z'),
    row('a', 1, ''),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
      const { facts } = decode('KubePodInventory', shuffled.map((r) => JSON.stringify(r)).join('\n'));
      const seen = facts.pods.map(
        (pod) =>
          `${pod.uid} ${renderInstant(pod.at).slice(14, 16)} ${pod.startedAt === null ? '-' : renderInstant(pod.startedAt).slice(17, 19)}`,
      );
      expect(seen.sort()).toEqual(['a 01 01', 'a 02 -', 'b 01 -']);
      expect(facts.looks.length).toBe(2);
    }),
  );
});

test('a message may be an object; a missing column is named', () => {
  const taken = decode(
    'ContainerLogV2',
    '[{"TimeGenerated":"2026-11-22T03:00:00Z","LogMessage":{"a":1}},{"TimeGenerated":"2026-11-22T03:00:00Z"}]',
  );
  expect(taken.facts.logLines.map(({ message }) => message)).toEqual(['{"a":1}']);
  expect(taken.rejects.map(({ place, why }) => `${place}: ${why}`)).toEqual([
    'row 2 at byte 63, LogMessage: expected a value, got no such column',
  ]);
});

test('the entries of a row sum to the row', () => {
  const csv = readFileSync(join(import.meta.dirname, 'testdata', 'traffic-analytics-portal-export.in.csv'));
  const internet = decode('NTANetAnalytics', csv).facts.aggregates.filter(
    ({ rule }) => rule === 'allowinternetoutbound',
  );
  expect(internet.reduce((sum, { bytesOut }) => sum + bytesOut, 0n)).toBe(7_554n);
  expect(internet.reduce((sum, { bytesIn }) => sum + bytesIn, 0n)).toBe(24_627n);
});

const testdata = join(import.meta.dirname, 'testdata');
const samples = readdirSync(testdata)
  .filter((name) => name.includes('.in.'))
  .map((name) => readFileSync(join(testdata, name)));

test('law: the facts do not depend on how the input was cut', () => {
  const sample = fc.nat(samples.length - 1).map((i) => samples[i] as Uint8Array);
  fc.assert(
    fc.property(sample, fc.array(fc.nat(10_000)), (bytes, cuts) => {
      const format = recognise(bytes, '');
      if (!format.ok) throw new Error(format.problem);
      const table = format.value as TableName;
      expect(decode(table, bytes, cuts)).toEqual(decode(table, bytes));
    }),
    { numRuns: 60 },
  );
});

test('law: every row of flows is a fact, ignored, or a reject', () => {
  const cell = fc.constantFrom(
    'FlowLog',
    'Topology',
    'Outbound',
    'I',
    'Allowed',
    'D',
    'TCP',
    'U',
    '443',
    '2026-11-22T03:00:00Z',
    '10.0.0.1',
    '',
    'x',
    '203.0.113.7|1|1|1|1|1|1',
  );
  const columns = [
    'SubType',
    'FlowStartTime',
    'FlowEndTime',
    'FlowDirection',
    'FlowStatus',
    'L4Protocol',
    'DestPort',
    'SrcIp',
    'DestIp',
    'DestPublicIps',
  ];
  const good = ['FlowLog', '2026-11-22T03:00:00Z', '2026-11-22T03:00:00Z', 'O', 'A', 'T', '443', '10.0.0.1', '', ''];
  const row = fc
    .array(fc.option(cell, { freq: 3, nil: null }), { minLength: 10, maxLength: 10 })
    .map((cells) => good.map((value, i) => cells[i] ?? value));
  fc.assert(
    fc.property(row, (cells) => {
      const { facts, rejects, ignored } = decode('NTANetAnalytics', `${columns.join(',')}\n${cells.join(',')}\n`);
      expect(facts.aggregates.length + rejects.length + Object.keys(ignored).length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
