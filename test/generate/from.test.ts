import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { WrittenFile } from '../../src/core/monitoring/generate/blueprint.ts';
import { blueprintOfEstate } from '../../src/core/monitoring/generate/blueprint-of-estate.ts';
import { moduleFiles } from '../../src/core/monitoring/generate/module-files.ts';
import { auditText } from '../audit-text.ts';
import { estateOfFiles, estatesOfFiles, needDaysIn } from './estates.ts';
import { anySpec } from './specs.ts';
import { moduleOf, QUERIES, textsOf } from './written.ts';

/** From a configuration to a module. */

const again = (files: readonly WrittenFile[]) => blueprintOfEstate(estateOfFiles(files), needDaysIn(files));

test('a module that was generated, generated again from itself, is the same in every file', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const files = moduleOf(spec);
      expect(textsOf(moduleFiles(again(files).blueprint, QUERIES))).toEqual(textsOf(files));
    }),
    { numRuns: 60 },
  );
}, 120_000);

const root = join(import.meta.dirname, '../..');
const CONFIGURATIONS = [
  'test/audit-texts/article-like.tf',
  ...globSync('test/audit-corpus/*/*.{tf,json}', { cwd: root })
    .filter((path) => basename(path) !== 'expected.json')
    .sort(),
];

/** What was set up so, and is so again. */
const CHOICES = new Set(['COST001', 'COST002', 'DCR008', 'DCR010', 'DCR015', 'FLOW003', 'FLOW012', 'QP001']);

test('of any configuration a module comes, that is sound but for what the configuration chose', async () => {
  const found = new Map<string, readonly string[]>();
  let made = 0;
  for (const path of CONFIGURATIONS) {
    const estates = estatesOfFiles([{ name: basename(path), text: readFileSync(join(root, path), 'utf8') }]);
    for (const estate of estates.slice(0, 1)) {
      const files = moduleFiles(blueprintOfEstate(estate).blueprint, QUERIES);
      const { findings, completeness } = await auditText(textsOf(files), { needDays: null });
      const others = findings.filter(({ code }) => !CHOICES.has(code));
      if (others.length > 0 || !completeness.complete)
        found.set(
          path,
          others.map(({ code, message }) => `${code} ${message}`),
        );
      made += 1;
    }
  }
  expect([...found]).toEqual([]);
  expect(made).toBeGreaterThan(100);
}, 120_000);
