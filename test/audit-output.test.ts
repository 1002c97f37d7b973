import Ajv from 'ajv-draft-04';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { auditMarkdown } from '../src/cli/render/audit-markdown.ts';
import { auditSarif } from '../src/cli/render/audit-sarif.ts';
import { diffOf } from '../src/core/monitoring/diff.ts';
import { applyEdits, editOf, sortedEdits } from '../src/core/monitoring/edits.ts';
import { auditText } from './audit-text.ts';
import { differences, type Schema } from './json-schema.ts';

const ARTICLE = readFileSync(join(import.meta.dirname, 'audit-texts/article-like.tf'), 'utf8');

const validate = (() => {
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  return ajv.compile(
    JSON.parse(readFileSync(join(import.meta.dirname, 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8')) as object,
  );
})();

/** What git makes of a patch. */
const applied = (texts: Readonly<Record<string, string>>, patch: string): Readonly<Record<string, string>> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-patch-'));
  try {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync('git', ['apply', '-'], { cwd: folder, input: patch, stdio: ['pipe', 'ignore', 'pipe'] });
    return Object.fromEntries(Object.keys(texts).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test('SARIF is what its official schema says, with all that a finding may have', async () => {
  const ignored = ARTICLE.replace(
    /^resource "azurerm_kubernetes_cluster"/m,
    '# unmasq:ignore TF003 until 2027-03-31: comes with the hub\n$&',
  );
  const texts = {
    'infra/ä b/main.tf': ignored,
    'torn.tf': 'resource "x" "y" {\n',
    'far.tf': 'module "m" {\n  source = "a/b/c"\n}\n',
  };
  const report = await auditText(texts, { baseline: [{ code: 'TF002', file: 'x', subject: 'y', key: '', count: 1 }] });
  const log = JSON.parse(JSON.stringify(auditSarif(report, '0.1.0'))) as {
    runs: { results: Record<string, unknown>[] }[];
  };
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  const results = log.runs[0]?.results ?? [];
  const members = new Set(results.flatMap((result) => Object.keys(result)));
  expect([...members]).toEqual(expect.arrayContaining(['fixes', 'suppressions', 'relatedLocations', 'baselineState']));
  (results[0] as Record<string, unknown>)['bogus'] = 1;
  expect(validate(log)).toBe(false);
});

const published = (file: string): Schema =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../docs/reference/schemas', file), 'utf8')) as Schema;

test('the report has the shape that is published, with all that it may have', async () => {
  const ignored = `# unmasq:ignore TF003 until 2027-03-31: why\n${ARTICLE.slice(ARTICLE.indexOf('resource "azurerm_kubernetes_cluster"'))}`;
  const known = [{ code: 'TF002', file: 'main.tf', subject: 'azurerm_kubernetes_cluster.aks', key: '', count: 2 }];
  const report = await auditText({ 'main.tf': ignored, 'q.kql': 'T' }, { baseline: known });
  expect(report.ignored).toHaveLength(1);
  expect(report.gone).toHaveLength(1);
  expect(report.findings.some(({ isKnown }) => isKnown === true)).toBe(true);
  expect(differences(JSON.parse(JSON.stringify(report)), published('audit.schema.json'), published)).toEqual([]);
});

test('nothing of a file becomes Markdown or HTML', async () => {
  const name = '<script>|`*_[x](y)';
  const report = await auditText({ [`${name}.tf`]: ARTICLE });
  const lines = auditMarkdown(report)
    .split('\n')
    .filter((one) => !/^(?:---|\+\+\+) /.test(one));
  expect(lines.filter((line) => line.includes('<script>'))).toEqual(lines.filter((line) => line.includes('`<script>')));
  for (const line of lines.filter((one) => one.startsWith('| '))) expect(line.split(/(?<!\\)\|/)).toHaveLength(6);
});

test('the diff of each finding is a patch that git takes, and what comes of it has that finding no more and no new one', async () => {
  const report = await auditText({ 'main.tf': ARTICLE });
  const mended = report.findings.filter(({ diff }) => diff !== '');
  expect(mended.length).toBeGreaterThan(1);
  for (const { code, diff, edits, subject } of mended) {
    const { 'main.tf': text = '' } = applied({ 'main.tf': ARTICLE }, diff);
    expect(text).toBe(applyEdits(ARTICLE, sortedEdits(edits) ?? []));
    const after = await auditText({ 'main.tf': text });
    const names = (of: typeof report): readonly string[] => of.findings.map((f) => `${f.code} ${f.subject}`);
    expect(names(after)).not.toContain(`${code} ${subject}`);
    expect(names(report)).toEqual(expect.arrayContaining([...names(after)]));
  }
});

const line = fc.constantFrom('', 'a', 'b', '  a', 'a\r');
const text = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''));
const edit = fc.record({
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(6),
  put: fc.constantFrom('', 'x', '\n', 'x\ny\n', 'a'),
});

test('a diff means what its edits mean', () => {
  fc.assert(
    fc.property(text, fc.array(edit, { minLength: 1, maxLength: 3 }), (before, all) => {
      const edits = sortedEdits(
        all.map(({ from, cut, put }) => {
          const at = Math.floor(from * before.length);
          return { file: 'f', from: at, until: Math.min(at + cut, before.length), text: put };
        }),
      );
      fc.pre(edits !== null);
      const after = applyEdits(before, edits ?? []);
      const diff = diffOf('f', before, edits ?? []);
      if (after === before) return;
      expect(applied({ f: before }, diff)['f']).toBe(after);
    }),
    { numRuns: 40 },
  );
});

test.each<[string, string, string]>([
  ['a block of several lines', 'a {\n  x = 1\n}\n', 'a {\n  x = 1\n  y = 2\n}\n'],
  ['a block of one line', 'a { x = 1 }\n', 'a {\n  x = 1\n  y = 2\n}\n'],
  ['an empty block', '  a {}\n', '  a {\n    y = 2\n  }\n'],
  ['lines that end as in Windows', 'a {\r\n  x = 1\r\n}\r\n', 'a {\r\n  x = 1\r\n  y = 2\r\n}\r\n'],
])('an argument more, in %s', (_, before, after) => {
  const change = { kind: 'into', file: 'f', brace: before.lastIndexOf('}'), lines: ['y = 2'] } as const;
  expect(applyEdits(before, [editOf(change, before)])).toBe(after);
});

test.each<[string, string, number, number, string]>([
  ['a line of its own', 'a\n  x = 1\nb\n', 4, 9, 'a\nb\n'],
  ['a part of a line', 'a { x = 1 }\n', 4, 9, 'a {  }\n'],
])('what is taken away is %s', (_, before, from, until, after) => {
  expect(applyEdits(before, [editOf({ kind: 'remove', file: 'f', from, until }, before)])).toBe(after);
});

test.each(['critical', 'warning', 'note'] as const)(
  'a code of the language service that is found as %s is a rule of that level',
  async (severity) => {
    const report = await auditText({ 'main.tf': ARTICLE }, {});
    const [one, ...others] = report.findings;
    if (one === undefined) throw new Error('nothing found');
    const log = auditSarif({ ...report, findings: [{ ...one, code: 'KS142', severity }, ...others] }, '0.1.0') as {
      readonly runs: readonly {
        readonly tool: { readonly driver: { readonly rules: readonly { id: string; defaultConfiguration: object }[] } };
        readonly results: readonly { readonly ruleId: string; readonly level: string }[];
      }[];
    };
    const [run] = log.runs;
    const level = run?.results.find(({ ruleId }) => ruleId === 'KS142')?.level;
    expect(run?.tool.driver.rules.find(({ id }) => id === 'KS142')?.defaultConfiguration).toEqual({ level });
  },
);
