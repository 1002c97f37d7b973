import { type Diagnosis, diagnosisOf, type Hypothesis } from '../../app/diagnose.ts';
import type { Status } from '../../core/diagnosis/hypothesis.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context, withStore } from '../context.ts';
import { endpoints, texts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuseUnknown } from '../known-names.ts';
import type { Meaning } from '../render/colour.ts';
import { count } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { visible } from '../render/visible.ts';
import { tellAssumed } from '../tell-assumed.ts';
import { exitOf } from '../exit-of.ts';

export const runDiagnose = async (context: Context, given: Given): Promise<number> =>
  withStore(context, async (store) => {
    const { globals, voice } = context;
    const dest = endpoints(given, 'dest', '--dest');
    const cluster = await chooseCluster(store, context);
    const nodes = texts(given, 'node');
    await refuseUnknown(store, cluster, { nodes, namespaces: globals.namespaces });
    const range = await chooseRange(store, cluster, context);
    const report = await diagnosisOf(
      store,
      {
        cluster,
        from: range.from,
        until: range.until,
        dest,
        destPorts: [],
        nodes,
      },
      range,
      globals.namespaces,
    );
    const lines = linesOf(report, globals.output === 'wide');
    await print(
      {
        report,
        lines: report.hypotheses,
        csv: csvOf(CSV, report.hypotheses),
        table: (options) => [...tableOf(COLUMNS, lines, context)(options), '', ...below(report)],
      },
      context,
    );
    tellAssumed(report, context);
    for (const reason of report.completeness.reasons) voice.warn(reason);
    const found = report.hypotheses.filter(({ status }) => status === 'ruled-in');
    const unknown = report.hypotheses.filter(({ status }) => status === 'cannot-tell');
    voice.summary(
      found.length === 0
        ? `nothing ruled in; of ${unknown.length} causes nothing can be told`
        : `${found.map(({ cause }) => cause).join(', ')}${unknown.length === 0 ? '' : `; of ${unknown.length} causes nothing can be told`}`,
    );
    return exitOf(globals, { isFound: found.length > 0, isWhole: report.completeness.complete });
  });

/** A cause with one of its facts, or with what is missing; the first stands beside it. */
interface Line {
  readonly of: Hypothesis;
  readonly isFirst: boolean;
  readonly says: string;
  readonly source: string;
}

const FACTS_SHOWN = 4;

const linesOf = ({ hypotheses }: Diagnosis, isWide: boolean): readonly Line[] =>
  hypotheses.flatMap((of) => {
    const facts = of.facts.map(({ text, source }) => ({ says: text, source }));
    const missing = of.missing.map(({ what }) => ({ says: `missing: ${what}`, source: '' }));
    // Why it cannot be told is what one wants to know first.
    const says = of.status === 'cannot-tell' ? [...missing, ...facts] : [...facts, ...missing];
    const kept =
      of.status === 'ruled-in' || isWide ? says.slice(0, isWide ? says.length : FACTS_SHOWN) : says.slice(0, 1);
    const [first = { says: '', source: '' }, ...more] = kept;
    return [{ of, isFirst: true, ...first }, ...more.map((one) => ({ of, isFirst: false, ...one }))];
  });

const MEANING: Readonly<Record<Status, Meaning | null>> = {
  'ruled-in': 'warning',
  'cannot-tell': null,
  'ruled-out': 'ok',
};

const COLUMNS: readonly Column<Line>[] = [
  {
    header: 'CAUSE',
    leaves: 0,
    means: ({ of }) => MEANING[of.status],
    of: ({ of, isFirst }) => (isFirst ? of.cause : ''),
  },
  {
    header: 'STATUS',
    leaves: 0,
    means: ({ of }) => MEANING[of.status],
    of: ({ of, isFirst }) => (isFirst ? `${of.status.replace('-', ' ')}${of.proved ? ', proved' : ''}` : ''),
  },
  {
    header: 'FAILED',
    leaves: 1,
    align: 'right',
    of: ({ of, isFirst }) => (isFirst && of.explains > 0 ? count(of.explains) : ''),
  },
  { header: 'WHAT WAS SEEN', leaves: 0, of: ({ says }) => visible(says) },
  { header: 'SOURCE', leaves: 2, wide: true, of: ({ source }) => source },
];

const below = ({ next }: Diagnosis): readonly string[] => [`next: ${next}`];

const CSV = [
  { name: 'rank', of: ({ rank }: Hypothesis) => rank },
  { name: 'cause', of: ({ cause }: Hypothesis) => cause },
  { name: 'status', of: ({ status }: Hypothesis) => status },
  { name: 'explains', of: ({ explains }: Hypothesis) => explains },
  { name: 'proved', of: ({ proved }: Hypothesis) => String(proved) },
  { name: 'facts', of: ({ facts }: Hypothesis) => facts.map(({ text }) => text).join('; ') },
  { name: 'missing', of: ({ missing }: Hypothesis) => missing.map(({ what }) => what).join('; ') },
] as const;
