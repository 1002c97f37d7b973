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

export const patchOf = (findings: readonly FindingLine[], texts: ReadonlyMap<string, string>): Patch => {
  const left: FindingLine[] = [];
  let taken: readonly Edit[] = [];
  for (const finding of findings.filter(({ edits }) => edits.length > 0)) {
    const all = [...taken, ...finding.edits];
    const files = [...new Set(all.map(({ file }) => file))];
    const fits = files.every((file) => sortedEdits(all.filter((e) => e.file === file)) !== null);
    if (fits) taken = all;
    else left.push(finding);
  }
  const files = [...new Set(taken.map(({ file }) => file))].sort((a, b) => (a < b ? -1 : 1));
  const diffs = files.map((file) =>
    diffOf(
      file,
      texts.get(file) ?? '',
      taken.filter((e) => e.file === file),
    ),
  );
  return { diff: diffs.join(''), left };
};
