import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditText } from './audit-text.ts';

/** Files of YAML and JSON that cannot be read, beside Terraform that can. */

const GOOD = 'resource "azurerm_resource_group" "shop" {\n  name     = "shop"\n  location = "westeurope"\n}\n';
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  externalTrafficPolicy: Local\n';
const DEEP = '['.repeat(20_000);

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['a manifest that is torn is grave', { 'a.yaml': `${SERVICE}  ports: [80\n` }, ['a.yaml:8 FILE001 critical']],
  ['one of which nothing could be read too', { 'a.yaml': `${SERVICE}x: ${DEEP}` }, ['a.yaml:7 FILE002 warning']],
  [
    'a document of Azure that is cut off',
    { 'a.json': '{"type": "Microsoft.Insights/dataCollectionRules", "properties": {' },
    ['a.json:1 FILE001 critical'],
  ],
  [
    'one that begins with what is no JSON',
    { 'a.json': 'Rule: {"type": "Microsoft.Insights/dataCollectionRules"}' },
    ['a.json:1 FILE001 critical'],
  ],
  [
    'YAML of which nobody knows what it is, is a note',
    { 'a.yaml': 'image: web\nports: [80\n' },
    ['a.yaml:3 FILE001 note'],
  ],
  ['so is JSON', { 'a.json': '{"prop' }, ['a.json:1 FILE001 note']],
  ['and what has a word that others have too', { 'a.yaml': 'groups: web\nports: [80\n' }, ['a.yaml:3 FILE001 note']],
  ['YAML of something else that can be read is nothing', { 'values.yaml': 'image: web\n' }, []],
  ['a template of Helm is nothing', { 'templates/a.yaml': `image: {{ .Values.image }}\n{{- if .Values.x }}\n` }, []],
  [
    'one that would make what is audited is a note',
    { 'templates/a.yaml': `{{- if .Values.x }}\n${SERVICE}{{- end }}\n` },
    ['templates/a.yaml:1 FILE004 note'],
  ],
  ['one of Jinja is nothing', { 'a.yaml': '{% if x %}\nkind: web\n{% endif %}\n' }, []],
  ['JSON with what Mustache fills in is nothing', { 'a.json': '{"a": {{ a }}}' }, []],
  ['lines of JSON are nothing', { 'a.json': '{"level": "info"}\n\n{"level": "warn"}\n' }, []],
  ['with a word that others have too as well', { 'a.json': '{"groups": "a"}\n{"groups": "b"}\n' }, []],
  ['an empty file is nothing', { 'a.json': '', 'b.yaml': '' }, []],
  ['settings with comments are nothing', { 'tsconfig.json': '{\n  // why\n  "strict": true,\n}\n' }, []],
  ['nor is what nobody wrote by hand', { 'a.yaml': `${'x: 1\n'.repeat(14_000)}y: [` }, []],
])('%s', async (_, texts, expected) => {
  const { findings, completeness } = await auditText({ 'main.tf': GOOD, ...texts });
  expect(findings.map(({ file, line, code, severity }) => `${file}:${line} ${code} ${severity}`)).toEqual(expected);
  const unread = expected.filter((line) => !line.includes('FILE004')).map((line) => line.replace(/:.*/, ''));
  expect(completeness.reasons).toEqual(unread.map((path) => `${path} was read in part`));
});

test('where a document is torn nothing is said to be missing; where it may be of something else, all is', async () => {
  const text = readFileSync(join(import.meta.dirname, 'audit-corpus/flow001-no-flow-log/main.tf'), 'utf8');
  const codes = async (torn: string) =>
    (await auditText({ 'main.tf': text, 'a.yaml': torn })).findings.map(({ code }) => code);
  expect(await codes('a: 1\n')).toContain('FLOW001');
  expect(await codes('a: [1\n')).toContain('FLOW001');
  expect(await codes(`${SERVICE}  ports: [80\n`)).not.toContain('FLOW001');
});

test('a template that was named itself is told, whatever it would make', async () => {
  const { findings } = await auditText({ 'a.yaml': '{{- if .x }}\nkind: web\n{{- end }}\n' }, {}, true);
  expect(findings.map(({ code }) => code)).toEqual(['FILE004']);
});
