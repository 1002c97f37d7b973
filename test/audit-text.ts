import { join } from 'node:path';
import { audit, type AuditAsked } from '../src/app/audit.ts';
import type { AuditReport } from '../src/app/audit-report.ts';
import type { ConfigurationReaders } from '../src/app/audit-files.ts';
import { instant } from '../src/base/instant.ts';
import type { ProviderTypes } from '../src/core/monitoring/provider/provider-types.ts';
import type { QueryChecking } from '../src/core/monitoring/query-findings.ts';
import { KustoLanguage } from '../src/kusto/kusto-language.ts';
import { kqlPackIn } from '../src/sources/files/kql-pack.ts';
import { loadProviderTypes } from '../src/sources/terraform/load-provider-types.ts';
import { configurationReaders } from '../src/sources/configuration/configuration-readers.ts';

let opened: Promise<{
  readonly readers: ConfigurationReaders;
  readonly types: ProviderTypes;
  readonly checking: QueryChecking;
}> | null = null;

const open = async () => ({
  readers: await configurationReaders(),
  types: await loadProviderTypes(),
  checking: {
    language: new KustoLanguage(),
    tables: (await kqlPackIn(join(import.meta.dirname, '../kql'))).tables(null),
  },
});

/** Audits texts by their paths, as if they were the files of one folder that was named (`isExpected`: as if each was). On 27 November 2026, unless said otherwise. */
export const auditText = async (
  texts: Readonly<Record<string, string>>,
  asked: Partial<AuditAsked> = {},
  isExpected = false,
): Promise<AuditReport> => {
  opened ??= open();
  const { readers, types, checking } = await opened;
  const files = Object.entries(texts).map(([path, text]) => ({ path, text, isNamed: true, isExpected }));
  const usual: AuditAsked = {
    paths: ['.'],
    scope: 'as-found',
    elsewhere: new Set(),
    needDays: 90,
    values: { files: [], words: [] },
    today: instant(Date.UTC(2026, 10, 27)),
    baseline: null,
    ...asked,
  };
  const given = { files, unread: [], fetched: new Map() };
  const { report } = await audit(given, readers, types, usual, (work) => work(checking));
  return report;
};

/** `main.tf:2:1 DCR002`, in the order of the report. */
export const codesIn = ({ findings }: AuditReport): readonly string[] =>
  findings.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
