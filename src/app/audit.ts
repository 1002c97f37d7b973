import { type Instant, renderInstant } from '../base/instant.ts';
import { findingsIn, type Found, inOrder, specified } from '../core/monitoring/audit.ts';
import { editOf, sortedEdits } from '../core/monitoring/edits.ts';
import { diffOf } from '../core/monitoring/diff.ts';
import type { Elsewhere, Estate, Scope } from '../core/monitoring/estate.ts';
import { estateFromTerraform } from '../core/monitoring/estate/from-terraform.ts';
import type { Edit, Severity } from '../core/monitoring/finding.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import { type ConfigurationFiles, type ConfigurationReaders, folderOf } from './audit-files.ts';
import { type FileTrouble, fileFindings } from './audit-file-findings.ts';
import { readTerraform, type RootRead } from './audit-terraform.ts';

export interface AuditAsked {
  readonly paths: readonly string[];
  readonly scope: Scope;
  readonly elsewhere: ReadonlySet<Elsewhere>;
  readonly needDays: number;
  readonly today: Instant;
}

/** One finding as programs read it. */
export interface FindingLine {
  readonly code: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly subject: string;
  readonly message: string;
  readonly matters: string;
  readonly fix: string;
  readonly doc: string;
  readonly costPerMonth: number | null;
  readonly edits: readonly Edit[];
  /** A unified diff that `git apply` takes; empty: there is no change that is certain to be right. */
  readonly diff: string;
  readonly related: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly says: string;
  }[];
}

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
  readonly summary: { readonly [severity in Severity]: number };
  readonly findings: readonly FindingLine[];
}

const estateOf = ({ configuration, isTorn }: RootRead, { scope, elsewhere }: AuditAsked): Estate => ({
  ...estateFromTerraform(configuration),
  scope,
  elsewhere,
  absent: configuration.absent,
  isTorn,
  resources: configuration.resources,
  undeclared: configuration.undeclared,
  providerVersion: configuration.providerVersion,
});

/** Reads the files of a configuration, and says what is wrong with it. */
export const audit = (
  found: ConfigurationFiles,
  readers: ConfigurationReaders,
  types: ProviderTypes,
  asked: AuditAsked,
): AuditReport => {
  const { roots, files } = readTerraform(found, readers);
  const knowing = { today: asked.today, types, needDays: asked.needDays };
  const troubles: FileTrouble[] = files.flatMap(({ path, hcl }) =>
    hcl.problems.length === 0 ? [] : [{ path, problems: hcl.problems }],
  );
  const isAsked = askedOf(found);
  const all = inOrder(
    [
      ...fileFindings(troubles, roots).map(specified),
      ...roots.flatMap((root) => findingsIn(estateOf(root, asked), knowing)),
    ].filter(({ spot }) => isAsked(spot.file)),
  );
  const texts = new Map(found.files.filter(({ isNamed }) => isNamed).map(({ path, text }) => [path, text]));
  const findings = all.map((one) => lineOf(one, texts));
  const reasons = [
    ...found.unread.map(({ path, why }) => `${path} was not read: ${why}`),
    ...troubles.map(({ path }) => `${path} was read in part`),
    ...roots.flatMap(({ configuration }) =>
      configuration.absent.map(({ address, source }) => `${address} is not here (${source})`),
    ),
  ];
  const count = (severity: Severity): number => findings.filter((f) => f.severity === severity).length;
  return {
    schemaVersion: 1,
    kind: 'Audit',
    query: {
      paths: asked.paths,
      scope: asked.scope,
      elsewhere: [...asked.elsewhere],
      needDays: asked.needDays,
      today: renderInstant(asked.today).slice(0, 'YYYY-MM-DD'.length),
    },
    sources: files.map(({ path }) => ({ name: path, kind: 'terraform' })),
    completeness: { complete: reasons.length === 0, reasons },
    summary: { critical: count('critical'), warning: count('warning'), note: count('note') },
    findings,
  };
};

/** Files beside one that was named by itself are read for what they tell, and not audited. */
const askedOf = ({ files }: ConfigurationFiles): ((path: string) => boolean) => {
  const named = files.filter(({ isNamed }) => isNamed).map(({ path }) => path);
  const beside = new Set(named.map(folderOf));
  const paths = new Set(named);
  return (path) => paths.has(path) || !beside.has(folderOf(path));
};

const lineOf = (found: Found, texts: ReadonlyMap<string, string>): FindingLine => {
  const { code, severity, spot, spec } = found;
  const { edits, diff } = mended(found, texts);
  return {
    code,
    severity,
    file: spot.file,
    line: spot.at.line,
    column: spot.at.column,
    subject: found.subject,
    message: found.message,
    matters: found.matters ?? spec.why,
    fix: found.fix ?? spec.fix,
    doc: spec.doc,
    costPerMonth: found.costPerMonth ?? null,
    edits,
    diff,
    related: (found.related ?? []).map(({ spot: { file, at }, says }) => ({
      file,
      line: at.line,
      column: at.column,
      says,
    })),
  };
};

/** Only files that were named are changed, and only where all of a fix can be made. */
const mended = (
  { changes = [] }: Found,
  texts: ReadonlyMap<string, string>,
): { readonly edits: readonly Edit[]; readonly diff: string } => {
  const edits = changes.flatMap((change) => {
    const text = texts.get(change.file);
    return text === undefined ? [] : [editOf(change, text)];
  });
  const byFile = [...Map.groupBy(edits, ({ file }) => file)].map(([file, of]) => ({ file, of: sortedEdits(of) }));
  if (edits.length < changes.length || byFile.some(({ of }) => of === null)) return { edits: [], diff: '' };
  const diffs = byFile.map(({ file, of }) => diffOf(file, texts.get(file) ?? '', of ?? []));
  return { edits: byFile.flatMap(({ of }) => of ?? []), diff: diffs.join('') };
};
