import { EXIT } from '../../app/errors.ts';
import { purgeReport, type PurgeReport } from '../../app/purge-report.ts';
import { resolveRange } from '../../app/time-range.ts';
import { EARLIEST, LATEST } from '../../base/instant.ts';
import { count, plural } from '../../base/number-text.ts';
import type { PurgeAsked } from '../../core/purge.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, type Context, withStore } from '../context.ts';
import { textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { range as renderRange } from '../render/time.ts';
import { folderOf, withoutServer } from './backup.ts';

export const runPurge = async (context: Context, given: Given): Promise<number> => {
  const { outside, voice } = context;
  const data = folderOf(context);
  const who = whoOf(context, given);
  const isDry = given['dryRun'] === true;
  const isAsked = !isDry && given['yes'] !== true;
  if (isAsked && !outside.stdin.isTTY)
    refuse('E315', `nobody is there to be asked whether ${named(who)} may be purged`);
  if (!(await outside.holdsStore(data))) refuse('E306', `there is no store in ${data}`);
  return withoutServer(context, async () => {
    const cluster = await withStore(context, (store) => chooseCluster(store, context));
    const span = spanOf(context);
    const asked: PurgeAsked = {
      ...who,
      cluster,
      from: span?.from ?? EARLIEST,
      until: span?.until ?? LATEST,
      everyMention: given['everyMention'] === true,
    };
    const run = async (dry: boolean): Promise<PurgeReport> =>
      purgeReport(
        asked,
        { isDry: dry, isOfAllTimes: span === null },
        await outside.purge({ data, asked, isDry: dry, progress: (text) => voice.progress(text) }),
      );
    if (isDry || isAsked) {
      const before = await run(true);
      if (isDry || before.items.length === 0) {
        await show(before, context);
        voice.summary(
          would(before),
          before.items.length === 0 ? undefined : 'the same with --yes instead of --dry-run',
        );
        return EXIT.done;
      }
      for (const { table, action, rows } of before.items) voice.note(`${table}: ${plural(rows, 'row')} ${action}`);
      voice.note(would(before));
      await voice.flush();
      if (!(await isConfirmed(context, named(who)))) {
        voice.summary('nothing was purged');
        return EXIT.done;
      }
    }
    const done = await run(false);
    await show(done, context);
    for (const { table, column, rows } of done.left)
      voice.warn(`the name still stands in ${table}.${column}: ${plural(rows, 'row')}`);
    voice.summary(
      done.items.length === 0
        ? `nothing is known of ${named(who)}`
        : `${named(who)} was purged: ${plural(done.pods, 'pod')} of it ${done.pods === 1 ? 'has' : 'have'} a stand-in in the inventory and in verdicts`,
    );
    return EXIT.done;
  });
};

type Who = Pick<PurgeAsked, 'namespace' | 'pod'>;

const named = ({ namespace, pod }: Who): string => (pod === null ? `namespace ${namespace}` : `${namespace}/${pod}`);

/** Names of Kubernetes: RFC 1123. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

const whoOf = ({ globals }: Context, given: Given): Who => {
  const { namespaces } = globals;
  const text = textOf(given, 'pod');
  const [namespace = '', pod = null, ...more] = text === null ? namespaces : text.split('/');
  if ((text === null) === (namespaces.length === 0) || namespaces.length > 1)
    refuse('E103', 'one of --namespace NAME and --pod NAMESPACE/NAME is required');
  if (
    text === null ? !NAME.test(namespace) : pod === null || more.length > 0 || !NAME.test(namespace) || !NAME.test(pod)
  )
    refuse(
      'E105',
      text === null ? `--namespace ${namespace}: it is no name` : `--pod ${text}: expected NAMESPACE/NAME`,
    );
  if (text === null && namespace === 'kube-system')
    refuse('E105', '--namespace kube-system: it cannot be purged as a whole', {
      why: 'that a watch saw every pod is told by its pods, and who sends on behalf of others by their names: verdicts on all others rest on them',
      fix: 'Purge single pods of it: --pod kube-system/NAME.',
    });
  return { namespace, pod: text === null ? null : pod };
};

/** null: all times. */
const spanOf = ({ globals, outside, zone, voice }: Context): Pick<PurgeAsked, 'from' | 'until'> | null => {
  const range = must(resolveRange(globals, outside.now(), zone, null, null));
  if (!range.chosen) return null;
  voice.note(`range: ${renderRange(range.from, range.until, zone)}`);
  return { from: range.from, until: range.until };
};

const would = ({ pods, items, query }: PurgeReport): string =>
  items.length === 0
    ? `nothing is known of ${named(query)}`
    : `${plural(pods, 'pod')} of ${query.pod === null ? `namespace ${query.namespace}` : query.namespace} would be purged; there is no way back but a backup`;

const isConfirmed = async ({ outside }: Context, what: string): Promise<boolean> => {
  for await (const line of outside.ask(`Purge ${what}? Only yes does it: `)) return line.trim() === 'yes';
  return false;
};

const show = (report: PurgeReport, context: Context): Promise<void> => {
  const { items } = report;
  return print(
    {
      report,
      lines: items,
      csv: csvOf(
        [
          { name: 'table', of: (s: (typeof items)[number]) => s.table },
          { name: 'action', of: (s: (typeof items)[number]) => s.action },
          { name: 'rows', of: (s: (typeof items)[number]) => s.rows },
        ],
        items,
      ),
      table: (options) =>
        items.length === 0
          ? ['Nothing.']
          : tableOf(
              [
                { header: 'TABLE', leaves: 0, means: () => 'identity' as const, of: (s) => s.table },
                { header: 'ACTION', leaves: 0, of: (s) => s.action },
                { header: 'ROWS', align: 'right', leaves: 0, of: (s) => count(s.rows) },
              ],
              items,
              context,
            )(options),
    },
    context,
  );
};
