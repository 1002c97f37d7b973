import type { Completeness } from './completeness.ts';

/** The table of an answer, as the workspace gives it. */
export interface WorkspaceAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  /** Why only a part was answered; null: it is whole. */
  readonly partial: string | null;
}

export interface KqlRun {
  readonly schemaVersion: 1;
  readonly kind: 'KqlRun';
  readonly query: {
    readonly name: string;
    readonly workspace: string;
    readonly parameters: Readonly<Record<string, string>>;
    /** As it was sent. */
    readonly text: string;
  };
  readonly completeness: Pick<Completeness, 'complete' | 'reasons'>;
  readonly columns: WorkspaceAnswer['columns'];
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

export const kqlRun = (query: KqlRun['query'], { columns, rows, partial }: WorkspaceAnswer): KqlRun => ({
  schemaVersion: 1,
  kind: 'KqlRun',
  query,
  completeness: { complete: partial === null, reasons: partial === null ? [] : [partial] },
  columns,
  items: rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]))),
});
