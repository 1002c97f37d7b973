import { readEstates } from '../../src/app/audit-estates.ts';
import type { Estate } from '../../src/core/monitoring/estate.ts';
import type { WrittenFile } from '../../src/core/monitoring/generate/blueprint.ts';
import { configurationReaders } from '../../src/sources/configuration/configuration-readers.ts';
import { loadProviderTypes } from '../../src/sources/terraform/load-provider-types.ts';

const readers = await configurationReaders();
export const types = await loadProviderTypes();

/** What the files of one folder set up. */
export const estatesOfFiles = (written: readonly WrittenFile[]): readonly Estate[] => readOf(written).estates;

/** For how long answers are wanted, as a file of settings says; null: none does. */
export const needDaysIn = (written: readonly WrittenFile[]): number | null => readOf(written).needDays;

const readOf = (written: readonly WrittenFile[]) => {
  const files = written.map(({ name, text }) => ({ path: name, text, isNamed: true, isExpected: false }));
  return readEstates({ files, unread: [], fetched: new Map() }, readers, types, {
    scope: 'as-found',
    elsewhere: new Set(),
    values: { files: [], words: [] },
  });
};

/** All of them one root. */
export const estateOfFiles = (written: readonly WrittenFile[]): Estate => {
  const estates = estatesOfFiles(written);
  const [estate, ...others] = estates;
  if (estate === undefined || others.length > 0) throw new Error(`${estates.length} roots`);
  return estate;
};
