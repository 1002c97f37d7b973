import { type Answerable, type Check, type DoctorReport, examine } from '../../app/doctor.ts';
import type { WhoReport } from '../../app/who.ts';
import type { WhyReport } from '../../app/why.ts';
import { renderInstant } from '../../base/instant.ts';
import type { Reason } from '../../core/attribution/verdict.ts';
import type { Store, VerdictKind } from '../../core/ports.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { type Context, withStore } from '../context.ts';
import { textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { lent } from '../lent.ts';
import type { Outside } from '../outside.ts';
import { refuse, Refused } from '../refused.ts';
import { plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { splitWords } from '../split-words.ts';
import { exitOf } from '../exit-of.ts';

/** Of what is so there is no better answer. */
const CERTAIN: ReadonlySet<VerdictKind> = new Set(['exact', 'node', 'relayed']);
const isCertain = ({ verdict, reason }: { readonly verdict: VerdictKind; readonly reason: Reason }): boolean =>
  CERTAIN.has(verdict) || reason === 'not-outbound';
/** Reasons that are looked into, those of most flows first. */
const REASONS = 4;

export const runDoctor = (context: Context, given: Given): Promise<number> =>
  withStore(context, async (store) => {
    const { globals, outside, voice } = context;
    const now = outside.now();
    const { clusters, checks } = await examine(store, await outside.checkCollectors(), globals.cluster, now);
    const question = textOf(given, 'for');
    const report: DoctorReport = {
      schemaVersion: 1,
      kind: 'DoctorReport',
      query: { clusters, at: renderInstant(now) },
      items: checks,
      answerable: question === null ? null : await answerableOf(question, store, context),
    };
    await print(
      {
        report,
        lines: checks,
        csv: csvOf(
          (['status', 'cluster', 'source', 'says', 'fix'] as const).map((name) => ({
            name,
            of: (check: Check) => check[name] ?? '',
          })),
          checks,
        ),
        table: (options) => [
          ...tableOf(columns(clusters.length > 1), checks, context)(options),
          ...fixes(checks),
          ...(report.answerable === null ? [] : ['', ...answerableLines(report.answerable)]),
        ],
      },
      context,
    );
    const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
    voice.summary(
      `${plural(checks.length, 'check')}: ${count('failed')} failed, ${plural(count('warning'), 'warning')}`,
    );
    return exitOf(context.globals, {
      isFound: count('failed') > 0 || report.answerable?.exact === false,
      isWhole: true,
    });
  });

const columns = (withCluster: boolean): readonly Column<Check>[] => [
  {
    header: 'STATUS',
    of: ({ status }) => status,
    leaves: 0,
    means: ({ status }) => (status === 'failed' ? 'failure' : status),
  },
  ...(withCluster ? [{ header: 'CLUSTER', of: ({ cluster }: Check) => cluster ?? '-', leaves: 1 }] : []),
  { header: 'SOURCE', of: ({ source }) => source, leaves: 0 },
  { header: 'SAYS', of: ({ says }) => says, leaves: 0 },
];

/** Each thing to do once, under the table: the worst first. */
const fixes = (checks: readonly Check[]): readonly string[] => {
  const worst = [...checks].sort((a, b) => RANK[b.status] - RANK[a.status]);
  const texts = [...new Set(worst.flatMap(({ fix }) => (fix === null ? [] : [fix])))];
  return texts.length === 0 ? [] : ['', ...texts.map((text) => `→ ${text}`)];
};
const RANK = { ok: 0, warning: 1, failed: 2 } as const;

const answerableLines = ({ question, exact, flows, exactFlows, lacks, incomplete }: Answerable): readonly string[] => [
  exact
    ? `\`${question}\` can be answered exactly: ${plural(flows, 'flow')}, each with its sender`
    : `\`${question}\` cannot be answered exactly: of ${plural(flows, 'flow')} ${exactFlows} have a certain sender`,
  ...lacks.flatMap(({ flows: n, reason, what, how }) => [`  missing for ${n} (${reason}): ${what}`, `    → ${how}`]),
  ...incomplete.map((reason) => `  not everything was seen: ${reason}`),
];

/** Asks the question, and looks at its answer. */
const answerableOf = async (question: string, store: Store, context: Context): Promise<Answerable> => {
  const words = splitWords(question);
  if (words[0] === 'unmasq') words.shift();
  if (words[0] !== 'who')
    return refuse('E105', `--for ${question}: expected a question of \`unmasq who\``, {
      fix: "Write --for 'who 203.0.113.66 --at 03:00'.",
    });
  const ask = askerOf(store, context);
  const { coverage, completeness, query } = (await ask(words)) as WhoReport;
  const doubtful = coverage.byReason.filter((one) => !isCertain(one));
  const range = ['--since', query.from, '--until', query.until];
  const [dest = ''] = query.dest.split(' ');
  const lacks: Answerable['lacks'][number][] = [];
  for (const { verdict, reason, flows } of doubtful.slice(0, REASONS)) {
    const listed = (await ask(['flows', '--dest', dest, ...range, '--verdict', verdict, '--limit', '200'])) as {
      readonly items: readonly { readonly flow: string; readonly reason: Reason | null }[];
    };
    const one = listed.items.find((flow) => flow.reason === reason);
    const missing = one === undefined ? [] : ((await ask(['why', one.flow])) as WhyReport).missing;
    lacks.push(...missing.map((lack) => ({ ...lack, reason, flows })));
  }
  const exactFlows = coverage.flows - doubtful.reduce((sum, { flows }) => sum + flows, 0);
  return {
    question,
    exact: exactFlows === coverage.flows && completeness.complete,
    flows: coverage.flows,
    exactFlows,
    lacks,
    incomplete: completeness.reasons,
  };
};

/** Runs a command over the open store, and gives its answer. */
const askerOf =
  (store: Store, { outside, globals }: Context) =>
  async (words: readonly string[]): Promise<unknown> => {
    const { attempt } = await import('../run.ts');
    let text = '';
    const inner: Outside = {
      ...outside,
      stdout: { isTTY: false, columns: null, write: async (piece) => void (text += piece) },
      stderr: { isTTY: false, columns: null, write: async () => undefined },
      openStore: lent(store),
    };
    const shared = [
      ...(globals.cluster === null ? [] : ['--cluster', globals.cluster]),
      ...(globals.tz === null ? [] : ['--tz', globals.tz]),
    ];
    const ended = await attempt([...words, ...shared, '-o', 'json'], inner);
    if (typeof ended !== 'number') throw new Refused(ended);
    return JSON.parse(text) as unknown;
  };
