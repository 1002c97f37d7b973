import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProviderBlock, ProviderTypes } from '../../provider/provider-types.ts';

const types = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../sources/terraform/azurerm-4.73.0.json'), 'utf8'),
) as ProviderTypes;

/** Of versions before 4, or of resources whose types were not taken. */
const OLDER = new Set([
  'enabled',
  'enable_auto_scaling',
  'ebpf_data_plane',
  'log',
  'metric',
  'trigger',
  'time_window',
  'frequency',
  'query',
  'network_security_group_id',
]);

const namesIn = (block: ProviderBlock): readonly string[] =>
  Object.entries(block).flatMap(([name, { block: inner }]) => [name, ...(inner === undefined ? [] : namesIn(inner))]);

/** A name that is misspelt here would be unset for ever, and no rule would say so. */
test('every argument and block that is read is one that the provider has', () => {
  const known = new Set(Object.values(types.resources).flatMap(namesIn));
  const read = readdirSync(import.meta.dirname)
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(import.meta.dirname, file), 'utf8');
      const calls = text.matchAll(
        /\b(?:textIn|textOr|numberIn|numberOr|booleanOr|textsIn|referenceIn|referencesIn|textMapIn|queryIn|isThere|block|blocks|argument|placeOf)\(([^()]*)/g,
      );
      return [...calls].flatMap(([, words = '']) =>
        words
          .split(',')
          .slice(1)
          .flatMap((word) => /'([a-z_]+)'/.exec(word)?.[1] ?? []),
      );
    });
  expect(read.length).toBeGreaterThan(80);
  expect([...new Set(read)].filter((name) => !known.has(name) && !OLDER.has(name))).toEqual([]);
});
