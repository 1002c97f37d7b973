import { audit, type AuditReport, type FindingLine } from '../../app/audit.ts';
import { EXIT } from '../../app/errors.ts';
import { parseInstant } from '../../base/instant.ts';
import { ELSEWHERE } from '../../core/monitoring/estate.ts';
import { SEVERITIES, type Severity } from '../../core/monitoring/finding.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { texts, textOf, wholeNumber } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { refuse } from '../refused.ts';
import type { Meaning } from '../render/colour.ts';
import { plural } from '../render/number.ts';
import type { Column } from '../render/table.ts';

/** How far back somebody wants to be able to ask, where nobody says. */
const USUAL_NEED_DAYS = 90;

const FAIL_ON = [...SEVERITIES, 'never'] as const;

export const runAudit = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  if (words.length === 0) refuse('E103', 'a path is missing');
  const failOn = oneOf('--fail-on', textOf(given, 'failOn') ?? 'warning', FAIL_ON);
  const { found, readers, types } = await outside.configurationAt(words);
  for (const { path, why } of found.unread) voice.warn(`${path} was not read: ${why}`);
  if (found.files.length === 0)
    refuse('E851', 'there is nothing to audit', { why: found.unread[0]?.why ?? 'no file of a configuration is there' });
  const report = audit(found, readers, types, {
    paths: words,
    scope: given['complete'] === true ? 'complete' : given['partial'] === true ? 'partial' : 'as-found',
    elsewhere: new Set(texts(given, 'elsewhere').map((text) => oneOf('--elsewhere', text, ELSEWHERE))),
    needDays: wholeNumber(given, 'needDays', '--need-days') ?? USUAL_NEED_DAYS,
    today: todayOf(textOf(given, 'today'), context),
  });
  await show(report, context);
  return exitOf(report, failOn, globals.strict);
};

const todayOf = (given: string | null, { outside }: Context) => {
  if (given === null) return outside.now();
  const day = parseInstant(`${given}T00:00:00Z`);
  return day.ok ? day.value : refuse('E105', `--today ${given}: expected a day such as 2027-03-31`);
};

const exitOf = (report: AuditReport, failOn: (typeof FAIL_ON)[number], strict: boolean): number => {
  const failing = failOn === 'never' ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  if (failing.some((severity) => report.summary[severity] > 0)) return EXIT.findings;
  return strict && !report.completeness.complete ? EXIT.incomplete : EXIT.done;
};

const MEANINGS: { readonly [severity in Severity]: Meaning } = { critical: 'failure', warning: 'warning', note: 'dim' };

const placeOf = ({ file, line, column }: FindingLine): string => `${file}:${line}:${column}`;

const COLUMNS: readonly Column<FindingLine>[] = [
  { header: 'WHERE', leaves: 0, of: placeOf },
  { header: 'CODE', leaves: 0, of: ({ code }) => code },
  { header: 'SEVERITY', leaves: 0, means: ({ severity }) => MEANINGS[severity], of: ({ severity }) => severity },
  { header: 'FINDING', leaves: 0, of: ({ message }) => message },
  { header: 'FIX', leaves: 1, of: ({ fix }) => fix },
  { header: 'WHY', leaves: 2, wide: true, of: ({ matters }) => matters },
  { header: 'DOC', leaves: 3, wide: true, of: ({ doc }) => doc },
];

const CSV = [
  { name: 'file', of: ({ file }: FindingLine) => file },
  { name: 'line', of: ({ line }: FindingLine) => line },
  { name: 'column', of: ({ column }: FindingLine) => column },
  { name: 'code', of: ({ code }: FindingLine) => code },
  { name: 'severity', of: ({ severity }: FindingLine) => severity },
  { name: 'subject', of: ({ subject }: FindingLine) => subject },
  { name: 'message', of: ({ message }: FindingLine) => message },
  { name: 'fix', of: ({ fix }: FindingLine) => fix },
  { name: 'doc', of: ({ doc }: FindingLine) => doc },
] as const;

const show = async (report: AuditReport, context: Context): Promise<void> => {
  const { voice } = context;
  const { findings, summary, sources } = report;
  await print(
    {
      report,
      lines: findings,
      csv: csvOf(CSV, findings),
      table: (options) => (findings.length === 0 ? ['No findings.'] : tableOf(COLUMNS, findings, context)(options)),
    },
    context,
  );
  const parts = SEVERITIES.filter((severity) => summary[severity] > 0).map(
    (severity) => `${summary[severity]} ${severity}`,
  );
  const mends = findings.filter(({ diff }) => diff !== '').length;
  voice.summary(
    `${plural(sources.length, 'file')}: ${plural(findings.length, 'finding')}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    mends === 0 ? undefined : `unmasq audit ${report.query.paths.join(' ')} --diff | git apply`,
  );
};
