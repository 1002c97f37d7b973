import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { FindingLine } from '../src/app/audit-report.ts';
import { auditText, codesIn } from './audit-text.ts';

/** What holds whatever the rules are. */

const root = join(import.meta.dirname, '..');
const WHOLE = [
  ...globSync('test/audit-texts/*', { cwd: root }),
  ...globSync('deploy/{monitoring,kustomize/**}/*.{tf,yaml}', { cwd: root }),
  ...globSync('src/formats/azure-resource/testdata/*.in.json', { cwd: root }),
].sort();
const texts = WHOLE.map((path) => [basename(path), readFileSync(join(root, path), 'utf8')] as const);

const piece = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  '"',
  '${',
  '%{',
  '\n',
  '#',
  '=',
  ':',
  '- ',
  '\0',
  '😀',
  'null',
  '<<-E\n',
  'unmasq:ignore X',
  '...',
);
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(120), put: piece });
const torn = (
  text: string,
  changes: readonly { readonly at: number; readonly cut: number; readonly put: string }[],
): string =>
  changes.reduce((now, { at, cut, put }) => {
    const i = Math.floor(at * now.length);
    return now.slice(0, i) + put + now.slice(i + cut);
  }, text);

const isWithin = (
  { file, line, column, endLine, edits }: FindingLine,
  of: Readonly<Record<string, string>>,
): boolean => {
  const text = of[file];
  return (
    text !== undefined &&
    line >= 1 &&
    column >= 1 &&
    endLine >= line &&
    line <= text.split('\n').length &&
    edits.every(({ from, until, file: edited }) => from >= 0 && from <= until && until <= (of[edited]?.length ?? -1))
  );
};

test('whatever is torn, it is audited without a throw, and all that is said lies in the files', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...texts), fc.array(change, { maxLength: 3 })), { minLength: 1, maxLength: 3 }),
      async (files) => {
        const of = Object.fromEntries(files.map(([[name, text], changes]) => [name, torn(text, changes)]));
        const { findings, ignored } = await auditText(of);
        expect([...findings, ...ignored].filter((finding) => !isWithin(finding, of))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('nonsense of any kind is audited without a throw', async () => {
  const nonsense = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc.constantFrom(
      'null',
      '[]',
      '{"value": null}',
      '{"kind": 1}',
      '{"kind": "List", "items": {}}',
      '{"type": "Microsoft.Network/natGateways"}',
      'kind: [a]',
      'kind: ConfigMap\nmetadata: 1\ndata: x',
      '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [1, {"resources": "x"}]}',
      '{"format_version": "1.2", "terraform_version": "1", "planned_values": 7, "resource_changes": [null], "configuration": {"root_module": {"module_calls": {"m": null}}}}',
    ),
  );
  const path = fc.constantFrom(
    'a.tf',
    'b.tf.json',
    'c.json',
    'd.yaml',
    'e.kql',
    'terraform.tfvars',
    'f.auto.tfvars.json',
    '.unmasq-audit.yaml',
    'x_override.tf',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(path, nonsense), { minLength: 1, maxLength: 4 }), async (files) => {
      const report = await auditText(Object.fromEntries(files));
      expect(report.kind).toBe('Audit');
    }),
    { numRuns: 150 },
  );
});

test('the order of files does not show', async () => {
  const of = Object.fromEntries(texts);
  const turned = Object.fromEntries(texts.toReversed());
  expect(codesIn(await auditText(turned))).toEqual(codesIn(await auditText(of)));
});

test('what is audited twice is the same twice', async () => {
  const of = Object.fromEntries(texts);
  expect(await auditText(of)).toEqual(await auditText(of));
});
