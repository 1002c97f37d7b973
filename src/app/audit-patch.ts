import { diffOf } from '../core/monitoring/diff.ts';
import { sortedEdits } from '../core/monitoring/edits.ts';
import type { Edit } from '../core/monitoring/finding.ts';
import type { FindingLine } from './audit-report.ts';

/** What mends all that can be mended at once. */
export interface Patch {
  readonly diff: string;
  /** Findings whose edits touch those of an earlier one. */
  readonly left: readonly FindingLine[];
}

/** The edits of a file with more of them; null: they do not go together. */
const withMore = (had: readonly Edit[], more: readonly Edit[]): readonly Edit[] | null =>
  had.length === 0 ? more : sortedEdits([...had, ...more]);

export const patchOf = (findings: readonly FindingLine[], texts: ReadonlyMap<string, string>): Patch => {
  const left: FindingLine[] = [];
  const taken = new Map<string, readonly Edit[]>();
  for (const finding of findings.filter(({ edits }) => edits.length > 0)) {
    const files = [...Map.groupBy(finding.edits, ({ file }) => file)];
    const all = files.map(([file, edits]) => [file, withMore(taken.get(file) ?? [], edits)] as const);
    if (all.some(([, edits]) => edits === null)) left.push(finding);
    else for (const [file, edits] of all) taken.set(file, edits ?? []);
  }
  const files = [...taken].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { diff: files.map(([file, edits]) => diffOf(file, texts.get(file) ?? '', edits)).join(''), left };
};
