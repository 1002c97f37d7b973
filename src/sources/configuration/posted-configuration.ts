import { compareText } from '../../base/compare-text.ts';
import { type FoundConfiguration, isWanted, NOT_ENTERED } from './find-configuration.ts';

interface Posted {
  readonly path: string;
  readonly text: string;
}

/** Files that came with a question as if they had been found on a disk: of their folders what may bear on monitoring, in the same order. */
export const postedConfiguration = (files: readonly Posted[]): FoundConfiguration => ({
  files: files
    .map((file) => ({ ...file, parts: file.path.split('/') }))
    .filter(({ parts }) => parts.length === 1 || isFound(parts))
    .toSorted((a, b) => byParts(a.parts, b.parts))
    .map(({ path, text, parts }) => ({ path, text, isNamed: true, isExpected: parts.length === 1 })),
  unread: [],
  fetched: new Map(),
});

/** A folder that is named by itself is entered whatever it is called. */
const isFound = (parts: readonly string[]): boolean =>
  isWanted(parts.at(-1) ?? '') && !parts.slice(1, -1).some((folder) => NOT_ENTERED.has(folder));

const byParts = (a: readonly string[], b: readonly string[]): number => {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? a.length - b.length : compareText(a[at] ?? '', b[at] ?? '');
};
