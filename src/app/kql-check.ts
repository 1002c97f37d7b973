import { checkQuery } from '../core/kql/check-query.ts';
import type { QueryFinding } from '../core/kql/query-finding.ts';
import { lineColumn } from '../core/kql/line-column.ts';
import type { QueryLanguage } from '../core/kql/query-language.ts';
import { useOfFile } from '../core/kql/pack-file.ts';
import { isTrap, TRAPS } from '../core/kql/traps.ts';
import type { Tables } from '../core/kql/tables.ts';

export interface KqlDiagnostic {
  readonly code: string;
  readonly severity: QueryFinding['severity'];
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** How it is mended, in general; null: the language service says nothing of that. */
  readonly fix: string | null;
}

export interface KqlFile {
  readonly file: string;
  /** False: it has an error. */
  readonly ok: boolean;
  readonly diagnostics: readonly KqlDiagnostic[];
  /** What the query itself says is meant to be so. */
  readonly allowed: readonly KqlDiagnostic[];
}

export interface KqlCheck {
  readonly schemaVersion: 1;
  readonly kind: 'KqlCheck';
  readonly files: readonly KqlFile[];
}

export const kqlCheck = async (
  texts: readonly { readonly file: string; readonly text: string }[],
  language: QueryLanguage,
  tables: Tables,
): Promise<KqlCheck> => ({
  schemaVersion: 1,
  kind: 'KqlCheck',
  files: await Promise.all(texts.map(({ file, text }) => checkFile(file, text, language, tables))),
});

const checkFile = async (file: string, text: string, language: QueryLanguage, tables: Tables): Promise<KqlFile> => {
  const { findings, allowed } = await checkQuery(language, text, tables, useOfFile(text));
  return {
    file,
    ok: findings.every(({ severity }) => severity !== 'error'),
    diagnostics: findings.map((finding) => placed(finding, text)),
    allowed: allowed.map((finding) => placed(finding, text)),
  };
};

const placed = ({ code, severity, at, message }: QueryFinding, text: string): KqlDiagnostic => {
  const end = lineColumn(text, at.until);
  const fix = isTrap(code) ? TRAPS[code].fix : null;
  return { code, severity, ...lineColumn(text, at.from), endLine: end.line, endColumn: end.column, message, fix };
};
