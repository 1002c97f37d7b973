import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packQuery } from '../../src/app/kql-pack.ts';
import { blueprintOf, type PackedQuery, type WrittenFile } from '../../src/core/monitoring/generate/blueprint.ts';
import { moduleFiles } from '../../src/core/monitoring/generate/module-files.ts';
import type { MonitoringSpec } from '../../src/core/monitoring/spec.ts';

const kql = join(import.meta.dirname, '../../kql');

export const QUERIES: readonly PackedQuery[] = readdirSync(kql)
  .filter((file) => file.endsWith('.kql'))
  .sort()
  .flatMap((file) => packQuery(file.slice(0, -'.kql'.length), readFileSync(join(kql, file), 'utf8')) ?? []);

export const moduleOf = (spec: MonitoringSpec): readonly WrittenFile[] => moduleFiles(blueprintOf(spec), QUERIES);

export const textsOf = (files: readonly WrittenFile[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map(({ name, text }) => [name, text]));
