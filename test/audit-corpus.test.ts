import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FINDINGS } from '../src/core/monitoring/findings.ts';
import { LOG_FINDINGS } from '../src/core/monitoring/findings/logs.ts';
import { auditCase, CORPUS, cases, findingsOf } from './audit-corpus.ts';

/**
 * Small configurations with every finding that they must give, and no other. `UPDATE=1` rewrites the findings: review the difference as you
 * would review code.
 */
const update = process.env['UPDATE'] === '1';

test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
  const findings = findingsOf(await auditCase(one, one.texts));
  if (update)
    writeFileSync(join(CORPUS, name, 'expected.json'), `${JSON.stringify({ ...one.expected, findings }, null, 2)}\n`);
  else expect(findings).toEqual(one.expected.findings);
});

const codeOf = (name: string): string => name.split('-')[0]?.toUpperCase() ?? '';

const fired = new Set(cases.flatMap(({ expected }) => expected.findings.map((line) => line.split(' ')[1])));

/** Those of files and of what is ignored are tested where these are read, those of samples of logs with samples. */
const serious = Object.keys(FINDINGS).filter(
  (code) => FINDINGS[code]?.severity !== 'note' && !/^(?:FILE|IGN)/.test(code) && !Object.hasOwn(LOG_FINDINGS, code),
);

test('each finding that is worse than a note has a case', () => {
  expect(serious.filter((code) => !fired.has(code))).toEqual([]);
});

test('and an innocent neighbour', () => {
  const innocent = new Set(
    cases
      .filter(({ name, expected }) => !expected.findings.some((line) => line.includes(codeOf(name))))
      .map(({ name }) => codeOf(name)),
  );
  expect(serious.filter((code) => !innocent.has(code))).toEqual([]);
});

test('there are at least sixty cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});
