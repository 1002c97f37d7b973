import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Value } from '../../src/core/monitoring/hcl/value.ts';
import { loadConfiguration } from '../../src/core/monitoring/terraform/load-configuration.ts';
import { openHclReader } from '../../src/sources/terraform/open-hcl-reader.ts';

/** Expressions with what `terraform console` 1.11.4 printed for them. */
const EXPRESSIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'expressions.json'), 'utf8')) as readonly {
  readonly expression: string;
  readonly value: unknown;
}[];

const hasTerraform = spawnSync('terraform', ['version']).status === 0;

/** What is not worked out, and says so: each with the reason. */
const UNKNOWN = new Map([
  ['format("%05.1f", 3.14159)', 'function'],
  ['replace("aXbX", "/X/", "$0$0")', 'function'],
]);
/** Go does not make two letters of ß. */
const OTHERWISE = new Map<string, unknown>([
  ['upper("straße")', 'STRASSE'],
  // kept as trees, so that a rule can look into them
  ['jsonencode({ a = [1, "x", null, true] })', { a: [1, 'x', null, true] }],
]);

const plain = (value: Value | undefined): unknown => {
  if (value === undefined) return 'missing';
  if (value.kind === 'known') return value.value;
  if (value.kind === 'list') return value.items.map(plain);
  return value.kind === 'object'
    ? Object.fromEntries([...value.items].map(([k, v]) => [k, plain(v)]))
    : `unknown: ${value.why}`;
};

const read = await openHclReader();

const workedOut = (expression: string): unknown => {
  const hcl = read(`locals {\n  v = ${expression}\n}\nresource "x" "r" {\n  v = local.v\n}\n`);
  const { resources } = loadConfiguration(new Map([['', [{ path: 'a.tf', hcl }]]]), '', {
    values: new Map(),
    fetched: new Map(),
    textOf: () => null,
  });
  return plain(resources[0]?.body.arguments.get('v'));
};

test.each(EXPRESSIONS.map(({ expression, value }) => [expression, value] as const))('%s', (expression, value) => {
  const unknown = UNKNOWN.get(expression);
  const expected = unknown === undefined ? (OTHERWISE.get(expression) ?? value) : `unknown: ${unknown}`;
  expect(workedOut(expression)).toEqual(expected);
});

test.skipIf(!hasTerraform)('terraform still prints what is written here (skipped where it is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-terraform-'));
  try {
    const locals = EXPRESSIONS.map(({ expression }, i) => `  v${i} = ${expression}`).join('\n');
    writeFileSync(join(folder, 'a.tf'), `locals {\n${locals}\n}\n`);
    const all = EXPRESSIONS.map((_, i) => `jsonencode(local.v${i})`).join(', ');
    const printed = execFileSync('terraform', ['console'], {
      cwd: folder,
      input: `jsonencode([${all}])\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const line = printed.split('\n').find((one) => one.startsWith('"')) ?? '""';
    const texts = JSON.parse(
      JSON.parse(line.replaceAll('$${', () => '${').replaceAll('%%{', '%{')) as string,
    ) as readonly string[];
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(EXPRESSIONS.map(({ value }) => value));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
