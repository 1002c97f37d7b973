import { type PlanTold, planTold } from '../../app/plan-told.ts';
import { type Origin, type PlanSide, type SnatPlan, snatPlan, toldReasons } from '../../app/snat-plan.ts';
import type { CostItem } from '../../core/snat/plan-cost.ts';
import type { CrossedStep } from '../../core/snat/plan.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context, withStore } from '../context.ts';
import type { Given } from '../globals.ts';
import { refuse, Refused } from '../refused.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { planAsked } from './snat-plan-asked.ts';
import { exitOf } from '../exit-of.ts';

export const runSnatPlan = async (context: Context, given: Given): Promise<number> => {
  const { voice } = context;
  const told = await toldBy(context);
  const asked = planAsked(given, told);
  const planned = snatPlan(asked);
  if (!planned.ok) {
    const { which, rule } = planned.problem;
    return refuse(
      'E105',
      which === 'after'
        ? 'Azure would refuse these settings'
        : given['now'] !== undefined
          ? '--now: Azure has no such settings'
          : told === null
            ? 'what AKS sets cannot be what so many nodes have now'
            : 'Azure has no such settings as those of now are told',
      {
        why: rule,
        ...(which === 'before' && given['now'] === undefined
          ? { fix: 'Say how it is now: --now nodes=48,outbound-ips=1,ports-per-node=0 with your numbers.' }
          : {}),
      },
    );
  }
  const report = planned.value;
  const rows = rowsOf(report);
  await print(
    {
      report,
      csv: csvOf(
        [
          { name: 'what', of: (row: Row) => row.what },
          { name: 'now', of: (row) => row.now },
          { name: 'then', of: (row) => row.later },
        ],
        rows,
      ),
      table: (options) => [
        ...tableOf(COLUMNS, rows, context)(options),
        ...under('Where now is from', told === null ? [] : originLines(report)),
        ...under('Needed as counted', countedLines(report)),
        ...under('Steps', report.steps.map(stepLine)),
        ...under('Out of SNAT', report.privateEndpoints.map(leavingLine)),
        ...under('A month', costLines(report)),
        ...under('Terraform', report.terraform === '' ? [] : report.terraform.split('\n')),
        ...under('By hand', report.commands),
        ...under('Assumed', report.assumed),
        ...under('Before you do it', report.notes),
      ],
    },
    context,
  );
  for (const reason of toldReasons(asked)) voice.warn(reason);
  const { after, fits } = report;
  if (after.isEnough === 'unknown')
    voice.note(`--peak DEST=PORTS says what a node needs, and then whether it is enough`);
  voice.summary(
    sentence(after),
    after.isEnough === 'yes' || after.isEnough === 'unknown' || after.egressPath !== 'lb'
      ? undefined
      : fits === null
        ? 'the same with --nat-gateway'
        : `the same with --outbound-ips ${fits.outboundIps} --ports-per-node ${fits.portsPerNode}`,
  );
  return exitOf(context.globals, { isFound: isShort(after), isWhole: report.completeness.complete });
};

/** What the store tells, where there is one and it is known of which cluster. */
const toldBy = async (context: Context): Promise<PlanTold | null> => {
  const { outside, globals, voice } = context;
  if (!(await outside.holdsStore(globals.data))) {
    const flag = (['since', 'until', 'at', 'cluster'] as const).find((one) => globals[one] !== null);
    if (flag === undefined) voice.note(`no store in ${globals.data}: what is not said of now is as AKS sets it`);
    return flag === undefined
      ? null
      : refuse('E104', `--${flag} cannot be honoured`, { why: `there is no store in ${globals.data}` });
  }
  try {
    return await withStore(context, async (store) => {
      const clusters = await store.clusters();
      if (globals.cluster === null && clusters.length !== 1) {
        if (clusters.length > 1) voice.note(`--cluster NAME takes what is now from one of ${clusters.join(', ')}`);
        return null;
      }
      const cluster = await chooseCluster(store, context);
      return planTold(store, await chooseRange(store, cluster, context), cluster);
    });
  } catch (error) {
    const isTaken = error instanceof Refused && error.trouble.code === 'E301';
    // The server that has it open answers with it.
    if (!isTaken || (await outside.serverOf(globals.data)) !== null) throw error;
    voice.warn(`${globals.data} is in use: nothing of now is taken from it`);
    return null;
  }
};

const originLines = ({ origins }: SnatPlan): readonly string[] => {
  const named: readonly (readonly [string, Origin | null])[] = [
    ['egress', origins.egressPath],
    ['nodes', origins.nodes],
    ['nodes of an upgrade', origins.surge],
    ['outbound addresses', origins.outboundIps],
    ['ports of a node', origins.portsPerNode],
    ['idle timeout', origins.idleMinutes],
    ['network', origins.network],
    ['needed', origins.demand],
  ];
  return [...Map.groupBy(named, ([, origin]) => origin)].flatMap(([origin, ones]) =>
    origin === null ? [] : [`${ORIGINS[origin]}: ${ones.map(([name]) => name).join(', ')}`],
  );
};

/** Destinations of a demand that a table shows; `-o json` has all. */
const NEEDED_SHOWN = 5;

const countedLines = ({ origins, query }: SnatPlan): readonly string[] => {
  if (origins.demand !== 'counted') return [];
  const largest = query.demand.toSorted(
    (a, b) => Number(b.dest === null) - Number(a.dest === null) || b.ports - a.ports,
  );
  const more = largest.length - NEEDED_SHOWN;
  return [
    ...largest
      .slice(0, NEEDED_SHOWN)
      .map(
        ({ dest, protocol, ports }) =>
          `${dest ?? 'all together, by Azure'}/${protocol}: ${plural(ports, 'port')} of a node`,
      ),
    ...(more > 0 ? [`and ${plural(more, 'destination')} more`] : []),
  ];
};

const ORIGINS: Readonly<Record<Origin, string>> = {
  typed: 'typed',
  document: 'from documents of Azure',
  counted: 'counted',
  default: 'as AKS sets it',
};

interface Row {
  readonly what: string;
  readonly now: string;
  readonly later: string;
  readonly isBad?: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  { header: '', leaves: 0, of: ({ what }) => what },
  { header: 'NOW', leaves: 0, of: ({ now }) => now },
  {
    header: 'THEN',
    leaves: 0,
    of: ({ later }) => later,
    means: ({ now, later, isBad }) => (isBad === true ? 'failure' : now === later ? 'dim' : 'bold'),
  },
];

const rowsOf = ({ before, after }: SnatPlan): readonly Row[] => {
  const row = (what: string, of: (side: PlanSide) => string): Row => ({ what, now: of(before), later: of(after) });
  return [
    row('egress', ({ egressPath }) => EGRESS[egressPath]),
    row('nodes', ({ nodes, nodesInUpgrade }) => `${count(nodes)}, ${count(nodesInUpgrade)} in an upgrade`),
    row('outbound addresses', ({ outboundIps }) => count(outboundIps)),
    row('idle timeout', ({ idleMinutes }) => `${idleMinutes} min`),
    row('a node has', ({ capacityOf, capacity, capacityInUpgrade, portsPerNode }) =>
      capacityOf === 'ports of a node'
        ? `${between(capacityInUpgrade, capacity)} ports${portsPerNode === 0 ? " by Azure's table" : ''}`
        : 'a share of what all have',
    ),
    row('all nodes have', ({ capacityOf, capacity }) =>
      capacityOf === 'ports of a node' ? '-' : `${count(capacity)} connections to a destination`,
    ),
    row('needed', ({ need }) => (need === null ? '?' : between(need.atLeast, need.atMost))),
    row('left over', ({ headroom }) => (headroom === null ? '?' : between(headroom.atLeast, headroom.atMost))),
    { ...row('enough', ({ isEnough }) => ENOUGH[isEnough]), isBad: isShort(after) },
    row('nodes it is enough for', ({ mostNodes, isEnough }) =>
      isEnough === 'unknown' ? `at most ${count(mostNodes)}` : count(mostNodes),
    ),
  ].filter(({ now, later }) => now !== '-' || later !== '-');
};

const EGRESS = { lb: 'load balancer', 'nat-gateway': 'NAT gateway' } as const;
const ENOUGH = {
  yes: 'yes',
  no: 'no',
  depends: 'depends on the destinations',
  'not-in-upgrade': 'not while an upgrade goes on',
  unknown: '?',
} as const;

const isShort = ({ isEnough }: PlanSide): boolean => isEnough === 'no' || isEnough === 'not-in-upgrade';

const between = (low: number, high: number): string => (low === high ? count(low) : `${count(low)} to ${count(high)}`);

const under = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];

const stepLine = ({ atNodes, portsBefore, portsAfter, by }: CrossedStep): string =>
  `at ${count(atNodes)} nodes a node has ${count(portsAfter)} ports, below ${count(portsBefore)}${by === 'upgrade' ? ': an upgrade goes there for its time' : ''}`;

const leavingLine = ({ dest, ports, share }: SnatPlan['privateEndpoints'][number]): string =>
  ports === null || share === null
    ? `${dest}: how many ports that frees is not known (--peak ${dest}=PORTS)`
    : `${dest}: ${plural(ports, 'port')} of a node, ${percent(share, 1)} of what was given`;

const costLines = ({ cost }: SnatPlan): readonly string[] => [
  ...cost.items.map((item) => `${money(item.monthly)}  ${item.item}${quantityOf(item)}`),
  `${money(cost.monthlyChange)}  ${cost.items.length === 0 ? 'nothing changes' : cost.unknown.length === 0 ? 'more, in all' : 'more of what is known'} (list prices of ${cost.pricesAsOf}, ${cost.currency}; yours differ by region and contract)`,
];

const quantityOf = ({ quantity, unit, unitPrice }: CostItem): string =>
  unitPrice === null
    ? ''
    : ` (${quantity === null ? '?' : Number.isInteger(quantity) ? count(quantity) : quantity} × ${Number(unitPrice.toFixed(4))} per ${unit})`;

const money = (usd: number | null): string =>
  (usd === null ? '?' : `${usd > 0 ? '+' : ''}${usd.toFixed(2)}`).padStart(10);

const sentence = ({ nodes, isEnough, capacityOf, capacityInUpgrade, need, mostNodes }: PlanSide): string => {
  const has =
    capacityOf === 'ports of a node'
      ? `a node has ${count(capacityInUpgrade)} ports at the worst moment`
      : `all nodes have ${count(capacityInUpgrade)} connections to a destination`;
  if (need === null) return `${plural(nodes, 'node')}: ${has}`;
  const says = isEnough === 'yes' ? 'enough' : isEnough === 'depends' ? 'perhaps not enough' : 'not enough';
  return `${plural(nodes, 'node')}: ${has} and ${between(need.atLeast, need.atMost)} are needed: ${says}, up to ${plural(mostNodes, 'node')}`;
};
