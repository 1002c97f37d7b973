import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { WrittenFile } from '../../src/core/monitoring/generate/blueprint.ts';
import { blueprintOfEstate } from '../../src/core/monitoring/generate/blueprint-of-estate.ts';
import { moduleFiles } from '../../src/core/monitoring/generate/module-files.ts';
import { auditText } from '../audit-text.ts';
import { estateOfFiles } from './estates.ts';
import { anySpec } from './specs.ts';
import { moduleOf, QUERIES, textsOf } from './written.ts';

/** From a configuration to a module. */

const again = (files: readonly WrittenFile[]) => blueprintOfEstate(estateOfFiles(files));

/** What depends on what a module does not say in a resource of its own: the region, how the cluster leaves, who reads, how long answers are wanted. */
const LOST = new Set(['cluster.tf', 'roles.tf', 'outputs.tf', 'egress.tf', 'alerts.tf', 'variables.tf', '.unmasq-audit.yaml']);

test('a module that was generated, generated again from itself, is the same in what it sets up', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const files = moduleOf(spec);
      const { blueprint } = again(files);
      const kept = (all: readonly WrittenFile[]) => textsOf(all.filter(({ name }) => !LOST.has(name)));
      expect(kept(moduleFiles(blueprint, QUERIES))).toEqual(kept(files));
    }),
    { numRuns: 60 },
  );
}, 120_000);
