import type { AnswerRow, CauseRow } from '../core/monitoring/answerability.ts';
import type { AnswerCost } from '../core/monitoring/answerability/answer-costs.ts';
import type { Found } from '../core/monitoring/audit.ts';
import type { KnownFinding } from '../core/monitoring/baseline.ts';
import type { Change } from '../core/monitoring/changes.ts';
import { diffOf } from '../core/monitoring/diff.ts';
import { editOf, sortedEdits } from '../core/monitoring/edits.ts';
import type { Elsewhere, Scope } from '../core/monitoring/estate.ts';
import type { Edit, Severity } from '../core/monitoring/finding.ts';
import type { Ignore } from '../core/monitoring/ignores.ts';

interface PlaceLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One finding as programs read it. Lines and columns count from 1, columns in UTF-16 units. */
export interface FindingLine extends PlaceLine {
  readonly code: string;
  readonly severity: Severity;
  /** Where what is meant ends; the column is the first behind it. */
  readonly endLine: number;
  readonly endColumn: number;
  /** What it is about: the address of a resource, an object of Kubernetes, a file. */
  readonly subject: string;
  /** What of the subject is meant, where it may have several such findings; empty: all of it. */
  readonly key: string;
  readonly message: string;
  readonly matters: string;
  readonly fix: string;
  readonly doc: string;
  /** US dollars a month that the fix adds, negative where it saves; null: not told. */
  readonly costPerMonth: number | null;
  /** What mends it, by offsets in UTF-16 units; empty: there is no change that is certain to be right. */
  readonly edits: readonly Edit[];
  /** The same as a unified diff that `git apply` takes. */
  readonly diff: string;
  readonly related: readonly (PlaceLine & { readonly says: string })[];
  /** Whether a baseline has it; null: there is none. */
  readonly isKnown: boolean | null;
  readonly ignored: (PlaceLine & { readonly until: string; readonly reason: string; readonly by: Ignore['by'] }) | null;
}

/** How a question is answered, and what that costs. */
export type AnswerLine = AnswerRow & { readonly cost: AnswerCost };

export interface AuditReport {
  readonly schemaVersion: 1;
  readonly kind: 'Audit';
  readonly query: {
    readonly paths: readonly string[];
    readonly scope: Scope;
    readonly elsewhere: readonly Elsewhere[];
    readonly needDays: number;
    readonly today: string;
  };
  readonly sources: readonly { readonly name: string; readonly kind: string }[];
  readonly completeness: { readonly complete: boolean; readonly reasons: readonly string[] };
  /** Of the findings that no baseline has. */
  readonly summary: { readonly [severity in Severity]: number };
  readonly findings: readonly FindingLine[];
  /** How the five questions are answered by what was read. */
  readonly answerability: readonly AnswerLine[];
  /** Of each cause that `unmasq diagnose` knows whether it could be told; null: not told. */
  readonly causes: readonly CauseRow[];
  /** What counts for nothing, as somebody said so. */
  readonly ignored: readonly FindingLine[];
  /** What the baseline has and is not found any more. */
  readonly gone: readonly KnownFinding[];
}

/** Only files that were named are changed, and only where all of a fix can be made. */
const mended = (
  { changes = [] }: Found,
  texts: ReadonlyMap<string, string>,
): { readonly edits: readonly Edit[]; readonly diff: string } => {
  const edits = changes.flatMap((change) => {
    const text = texts.get(change.file);
    return text === undefined || !isWritable(change) ? [] : [editOf(change, text)];
  });
  const byFile = [...Map.groupBy(edits, ({ file }) => file)].map(([file, of]) => ({ file, of: sortedEdits(of) }));
  if (edits.length < changes.length || byFile.some(({ of }) => of === null)) return { edits: [], diff: '' };
  const diffs = byFile.map(({ file, of }) => diffOf(file, texts.get(file) ?? '', of ?? []));
  return { edits: byFile.flatMap(({ of }) => of ?? []), diff: diffs.join('') };
};

/** Changes are thought of in Terraform's own language: of JSON a value can be replaced, where it is one in both. */
const isWritable = (change: Change): boolean => {
  if (!/\.json$/i.test(change.file)) return true;
  if (change.kind !== 'edit') return false;
  try {
    JSON.parse(change.text);
    return true;
  } catch {
    return false;
  }
};

const endOf = (
  { spot: { at } }: Found,
  text: string | undefined,
): { readonly endLine: number; readonly endColumn: number } => {
  const within = text?.slice(at.from, at.until) ?? '';
  const lines = within.split('\n');
  return {
    endLine: at.line + lines.length - 1,
    endColumn: (lines.length === 1 ? at.column : 1) + (lines.at(-1)?.length ?? 0),
  };
};

/** `texts` are those of the files that were named, which may be changed; `all` has the others too. */
export const findingLine = (
  found: Found,
  texts: ReadonlyMap<string, string>,
  all: ReadonlyMap<string, string>,
  ignore: Ignore | null,
): FindingLine => {
  const { code, severity, spot, spec } = found;
  return {
    code,
    severity,
    file: spot.file,
    line: spot.at.line,
    column: spot.at.column,
    ...endOf(found, all.get(spot.file)),
    subject: found.subject,
    key: found.key ?? '',
    message: found.message,
    matters: found.matters ?? spec.why,
    fix: found.fix ?? spec.fix,
    doc: spec.doc,
    costPerMonth: found.costPerMonth ?? null,
    ...mended(found, texts),
    related: (found.related ?? []).map(({ spot: { file, at }, says }) => ({
      file,
      line: at.line,
      column: at.column,
      says,
    })),
    isKnown: null,
    ignored:
      ignore === null
        ? null
        : {
            file: ignore.spot.file,
            line: ignore.spot.at.line,
            column: ignore.spot.at.column,
            until: ignore.untilDay,
            reason: ignore.reason,
            by: ignore.by,
          },
  };
};
