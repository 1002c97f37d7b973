import { expect, test } from 'vitest';
import { auditText, codesIn } from './audit-text.ts';

const TORN = { 'infra/a.tf': 'resource "x" "y" {\n', 'infra/sub/b.tf': 'resource "x" "y" {\n' };
const settings = (more: string): string =>
  `ignore:\n  - code: FILE001\n    until: 2027-03-31\n    reason: it is being written\n${more}`;

test.each<[string, Record<string, string>, readonly string[]]>([
  ['nothing is said', {}, ['infra/a.tf:1:18 FILE001', 'infra/sub/b.tf:1:18 FILE001']],
  ['for all that is below', { 'infra/.unmasq-audit.yaml': settings('') }, []],
  ['of one file', { 'infra/.unmasq-audit.yaml': settings('    path: sub/b.tf\n') }, ['infra/a.tf:1:18 FILE001']],
  ['of one subject', { '.unmasq-audit.yaml': settings('    subject: infra/a.tf\n') }, ['infra/sub/b.tf:1:18 FILE001']],
  ['beside it only', { 'infra/sub/.unmasq-audit.yaml': settings('') }, ['infra/a.tf:1:18 FILE001']],
  [
    'for nobody knows how long',
    { '.unmasq-audit.yaml': settings('').replace('2027-03-31', 'soon') },
    ['.unmasq-audit.yaml:2:5 IGN002', 'infra/a.tf:1:18 FILE001', 'infra/sub/b.tf:1:18 FILE001'],
  ],
  [
    'of what is not there',
    { '.unmasq-audit.yaml': `${settings('')}  - { code: TF001, until: 2027-03-31, reason: why }\n` },
    ['.unmasq-audit.yaml:5:5 IGN003'],
  ],
  [
    'what is elsewhere is something known',
    { '.unmasq-audit.yaml': `${settings('')}elsewhere: [everything]\n` },
    ['.unmasq-audit.yaml:5:13 IGN002'],
  ],
])('a file of settings ignores: %s', async (_, more, expected) => {
  expect(codesIn(await auditText({ ...TORN, ...more }))).toEqual(expected);
});

test('it says how far back one wants to be able to ask, unless a flag does', async () => {
  const texts = { '.unmasq-audit.yaml': 'needDays: 30\n', 'a.tf': '' };
  expect((await auditText(texts, { needDays: null })).query.needDays).toBe(30);
  expect((await auditText(texts, { needDays: 7 })).query.needDays).toBe(7);
  expect((await auditText({ 'a.tf': '' }, { needDays: null })).query.needDays).toBe(90);
});
