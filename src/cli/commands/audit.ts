import { audit, type AuditAsked, type Audited } from '../../app/audit.ts';
import type { Patch } from '../../app/audit-patch.ts';
import type { AuditReport, FindingLine } from '../../app/audit-report.ts';
import { parseInstant } from '../../base/instant.ts';
import { decodeBaseline, encodeBaseline, type KnownFinding } from '../../core/monitoring/baseline.ts';
import { ELSEWHERE, type Scope } from '../../core/monitoring/estate.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitOfAudit, failOnOf } from '../fail-on.ts';
import { texts, textOf, wholeNumber } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { refuse } from '../refused.ts';
import { variableValues } from '../variable-values.ts';
import { runAuditLogs } from './audit-logs.ts';
import { withLanguage } from './kql-shared.ts';
import { auditMarkdown } from '../render/audit-markdown.ts';
import { auditSarif } from '../render/audit-sarif.ts';
import { ANSWER_COLUMNS, auditSummary, FINDING_COLUMNS, FINDING_CSV } from '../render/audit-table.ts';
import { plural } from '../../base/number-text.ts';
import { jsonText } from '../render/visible.ts';
import type { Voice } from '../voice.ts';

/** A sample of logs is scored by itself: nothing of a configuration bears on it. */
const logsAlone = (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const other = [
    'plan',
    'live',
    'var',
    'varFile',
    'complete',
    'partial',
    'elsewhere',
    'baseline',
    'writeBaseline',
  ].find((name) => given[name] !== undefined);
  if (words.length > 0 || other !== undefined)
    refuse('E105', '--logs scores logs alone: it takes no configuration', { fix: 'Run `unmasq audit` twice.' });
  return runAuditLogs(context, given);
};

export const runAudit = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  if (texts(given, 'logs').length > 0) return logsAlone(context, words, given);
  const plans = texts(given, 'plan');
  const live = textOf(given, 'live');
  const paths = [...words, ...plans];
  if (paths.length === 0 && live === null)
    refuse('E103', 'a path is missing', { fix: 'Name a folder or file of a configuration, or give --live or --logs.' });
  if (paths.length > 0 && live !== null)
    refuse('E105', '--live and PATH contradict each other: the one asks Azure, the other reads files');
  const failOn = failOnOf(given);
  const { found, readers, types } = await (live === null
    ? outside.configurationAt(paths)
    : outside.liveConfigurationOf(live));
  if (live !== null && found.files.length === 0)
    refuse('E863', `${live} could not be read`, { why: found.unread[0]?.why ?? 'nothing was answered' });
  for (const { path, why } of found.unread) voice.warn(`${path} was not read: ${why}`);
  if (found.files.length === 0)
    refuse('E861', 'there is nothing to audit', { why: found.unread[0]?.why ?? 'no file of a configuration is there' });
  const baseline = await baselineAt(textOf(given, 'baseline'), context);
  const asked: AuditAsked = {
    paths: live === null ? paths : [live],
    scope: scopeOf(given, live !== null && found.unread.length === 0),
    elsewhere: new Set(texts(given, 'elsewhere').map((text) => oneOf('--elsewhere', text, ELSEWHERE))),
    needDays: wholeNumber(given, 'needDays', '--need-days'),
    values: await variableValues(given, outside),
    today: todayOf(textOf(given, 'today'), context),
    baseline,
  };
  const audited = await audit(found, readers, types, asked, async (work) => {
    const tables = (await outside.kqlPack()).tables(null);
    return withLanguage(context, (language) => work({ language, tables }));
  });
  const { report } = audited;
  if (report.sources.length === 0 && report.findings.length === 0)
    refuse('E861', 'there is nothing to audit', {
      why: `none of ${plural(found.files.length, 'file')} says anything of monitoring`,
    });
  await show(audited, context);
  const written = textOf(given, 'writeBaseline');
  if (written !== null) await saveBaseline(report, written, context);
  return exitOfAudit(report.summary, failOn, !report.completeness.complete, globals);
};

const baselineAt = async (path: string | null, { outside }: Context): Promise<readonly KnownFinding[] | null> => {
  if (path === null) return null;
  const text = await outside
    .readText(path)
    .catch((error: Error) => refuse('E862', `the baseline ${path} cannot be read`, { why: error.message }));
  const known = decodeBaseline(text);
  return known.ok ? known.value : refuse('E862', `the baseline ${path} cannot be used`, { why: known.problem });
};

const saveBaseline = async (report: AuditReport, path: string, { outside, voice }: Context): Promise<void> => {
  const file = await outside
    .wholeFile(path)
    .catch((error: Error) => refuse('E862', `the baseline ${path} cannot be written`, { why: error.message }));
  await file.save(encodeBaseline(report.findings));
  voice.note(`${path} has what is found now`);
};

/** What Azure tells is everything, unless some of it could not be read. */
const scopeOf = (given: Given, isAll: boolean): Scope => {
  if (given['complete'] === true && given['partial'] === true)
    refuse('E105', '--complete and --partial contradict each other');
  if (given['partial'] === true) return 'partial';
  return given['complete'] === true || isAll ? 'complete' : 'as-found';
};

const todayOf = (given: string | null, { outside }: Context) => {
  if (given === null) return outside.now();
  const day = parseInstant(`${given}T00:00:00Z`);
  return day.ok ? day.value : refuse('E105', `--today ${given}: expected a day such as 2027-03-31`);
};

const show = async ({ report, patch }: Audited, context: Context): Promise<void> => {
  const { outside, globals, voice } = context;
  // What is written as it stands is redacted by what is known.
  outside.redaction?.names.learn(report);
  const fresh = report.findings.filter(({ isKnown }) => isKnown !== true);
  switch (globals.ownOutput) {
    case 'sarif':
      await outside.stdout.write(`${jsonText(auditSarif(report, outside.version), 2)}\n`);
      break;
    case 'markdown':
      await outside.stdout.write(auditMarkdown(report));
      break;
    case 'diff':
      await outside.stdout.write(patch.diff);
      tellPatch(patch, fresh, voice);
      break;
    case null:
      await print(
        {
          report,
          lines: report.findings,
          csv: csvOf(FINDING_CSV, report.findings),
          table: (options) => [
            ...(fresh.length === 0 ? ['No findings.'] : tableOf(FINDING_COLUMNS, fresh, context)(options)),
            '',
            ...tableOf(ANSWER_COLUMNS, report.answerability, context)(options),
          ],
        },
        context,
      );
  }
  for (const { code, file, subject } of report.gone) voice.note(`gone: ${code} ${file} ${subject}`);
  const mends = fresh.some(({ diff }) => diff !== '') && globals.ownOutput === null;
  voice.summary(
    auditSummary(report),
    mends ? `unmasq audit ${report.query.paths.join(' ')} -o diff | git apply` : undefined,
  );
};

const tellPatch = ({ left }: Patch, findings: readonly FindingLine[], voice: Voice): void => {
  if (left.length > 0)
    voice.note(`${plural(left.length, 'fix', 'fixes')} left for the next run: they change the same lines as another`);
  const without = findings.filter(({ diff }) => diff === '').length;
  if (without > 0) voice.note(`${plural(without, 'finding')} without a change that is certain to be right`);
};
