import { COLLECTION_FINDINGS } from './findings/collection.ts';
import { FILE_FINDINGS } from './findings/files.ts';
import type { FindingSpec } from './finding.ts';

/** Every finding there is. Codes are for ever: a retired one stays, marked, and is never used again. */
export const FINDINGS: { readonly [code: string]: FindingSpec } = {
  ...FILE_FINDINGS,
  ...COLLECTION_FINDINGS,
};
