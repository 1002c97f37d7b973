import { expect, test } from 'vitest';
import type { Diagnosis } from '../../../src/contract/answers.ts';
import { htmlOf, markdownOf } from './save-report.ts';

const HOSTILE = '<img src=x onerror=alert(1)>`|[x](javascript:y)';

const report: Diagnosis = {
  schemaVersion: 1,
  kind: 'Diagnosis',
  query: { cluster: HOSTILE, from: '2026-11-25T10:20:16.176Z', until: '2026-11-25T10:20:37.008Z', namespaces: [] },
  sources: [{ name: HOSTILE, kind: 'conntrack', watermark: null, rows: 3 }],
  completeness: { complete: false, reasons: [HOSTILE] },
  assumed: [],
  hypotheses: [
    {
      cause: 'terminating',
      status: 'ruled-in',
      rank: 1,
      facts: [{ text: HOSTILE, source: HOSTILE, at: null }],
      missing: [{ what: HOSTILE, how: HOSTILE }],
      explains: 7,
      proved: true,
    },
  ],
  next: HOSTILE,
};

test('in a report of HTML the names of pods stay text, and nothing is fetched', () => {
  const html = htmlOf(report);
  expect(html).not.toContain('<img');
  expect(html).not.toMatch(/<script|https?:|src="/);
  expect(html.split('&lt;img src=x onerror=alert(1)&gt;').length - 1).toBe(8);
  expect(html).toContain('proved, explains about 7');
});

test('in a report of Markdown the names of pods stay text', () => {
  const text = markdownOf(report);
  expect(text).not.toMatch(/(?<!\\)<img/);
  expect(text).not.toMatch(/(?<!\\)\[x\]/);
  expect(text).toContain('### Pods were ending (`terminating`), proved, explains about 7');
});

test('the same answer gives the same file', () => {
  expect(htmlOf(report)).toBe(htmlOf(structuredClone(report)));
});
