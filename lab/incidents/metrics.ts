/**
 * What Azure would count of the translation behind the nodes, as `az monitor metrics list -o json` prints it; read from what the kernel
 * held and what it could not make. An interval is 5 s here, and a minute with Azure.
 */
import type { EgressLook } from './egress.ts';
import type { Recorded } from './record.ts';
import { EGRESS_IDS, NODE_RESOURCE_GROUP } from './resource-ids.ts';

const INTERVAL_MS = 5_000;
const INTERVAL = 'PT5S';
type Dimensions = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, number>>;

/** What one interval held: of each node, by index. */
interface Interval {
  readonly at: number;
  readonly looks: readonly EgressLook[];
  readonly attempted: readonly number[];
  readonly failed: readonly number[];
}

export const egressMetrics = (recorded: Recorded): object => {
  const { incident, zero, endAt } = recorded;
  const id = EGRESS_IDS[incident.egress.kind];
  const intervals = intervalsOf(recorded);
  const metric = (
    name: string,
    series: readonly (readonly [Dimensions, (interval: Interval) => Values])[],
  ): object => ({
    displayDescription: name,
    errorCode: 'Success',
    id: `${id}/providers/Microsoft.Insights/metrics/${name}`,
    name: { localizedValue: name, value: name },
    resourceGroup: NODE_RESOURCE_GROUP,
    timeseries: series.map(([dimensions, values]) => ({
      data: intervals.map((interval) => ({ timeStamp: new Date(interval.at).toISOString(), ...values(interval) })),
      metadatavalues: Object.entries(dimensions).map(([dimension, value]) => ({
        name: { localizedValue: dimension.toLowerCase(), value: dimension.toLowerCase() },
        value,
      })),
    })),
    type: 'Microsoft.Insights/metrics',
    unit: 'Count',
  });
  return {
    cost: 59,
    interval: INTERVAL,
    namespace: id.split('/').slice(6, 8).join('/'),
    resourceregion: 'westeurope',
    timespan: `${new Date(zero).toISOString()}/${new Date(endAt).toISOString()}`,
    value: METRICS[incident.egress.kind](recorded).map(([name, series]) => metric(name, series)),
  };
};

type Series = readonly (readonly [Dimensions, (interval: Interval) => Values])[];
type Metrics = (recorded: Recorded) => readonly (readonly [string, Series])[];

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const averageOf = (values: readonly number[]): Values =>
  values.length === 0 ? {} : { average: sum(values) / values.length, maximum: Math.max(...values) };
const ofLoadBalancer: Metrics = ({ incident }) => {
  const { cluster, egress } = incident;
  const byNode = (values: (interval: Interval, node: number) => Values, more: Dimensions): Series =>
    cluster.nodes.map(({ index, ip }) => [{ BackendIPAddress: ip, ...more }, (interval) => values(interval, index)]);
  return [
    ['AllocatedSnatPorts', byNode(() => averageOf([egress.ports]), { ProtocolType: 'TCP' })],
    [
      'UsedSnatPorts',
      byNode(({ looks }, node) => averageOf(looks.map(({ ports }) => ports[node] ?? 0)), { ProtocolType: 'TCP' }),
    ],
    [
      'SnatConnectionCount',
      [
        ...byNode(({ attempted, failed }, node) => ({ total: (attempted[node] ?? 0) - (failed[node] ?? 0) }), {
          ConnectionState: 'Successful',
        }),
        ...byNode(({ failed }, node) => ({ total: failed[node] ?? 0 }), { ConnectionState: 'Failed' }),
      ],
    ],
  ];
};

const ofNatGateway: Metrics = () => {
  const ofAll = ({ failed }: Interval): Values => ({ total: sum(failed) });
  return [
    [
      'SNATConnectionCount',
      [
        [{ Protocol: 'TCP', ConnectionState: 'Attempted' }, ({ attempted }) => ({ total: sum(attempted) })],
        [{ Protocol: 'TCP', ConnectionState: 'Failed' }, ofAll],
      ],
    ],
    [
      'TotalConnectionCount',
      [[{ Protocol: 'TCP' }, ({ looks }) => ({ total: Math.max(0, ...looks.map(({ open }) => sum(open))) })]],
    ],
    ['PacketDropCount', [[{}, ofAll]]],
    ['DatapathAvailability', [[{}, () => ({ average: 100 })]]],
  ];
};

const ofFirewall: Metrics = ({ incident }) => [
  [
    'SNATPortUtilization',
    [
      [
        { Protocol: 'TCP' },
        ({ looks }) => averageOf(looks.map(({ portsOfAll }) => (100 * portsOfAll) / incident.egress.ports)),
      ],
    ],
  ],
];

const METRICS = { 'load-balancer': ofLoadBalancer, 'nat-gateway': ofNatGateway, firewall: ofFirewall } as const;

/** Those in which somebody looked. */
const intervalsOf = ({ incident, zero, endAt, egress }: Recorded): readonly Interval[] => {
  const nodes = incident.cluster.nodes.map(({ index }) => index);
  const first = Math.floor(zero / INTERVAL_MS) * INTERVAL_MS;
  const count = Math.max(0, Math.ceil((endAt - first) / INTERVAL_MS));
  return Array.from({ length: count }, (_, i) => {
    const [at, until] = [first + i * INTERVAL_MS, first + (i + 1) * INTERVAL_MS];
    const looks = egress.looks.filter((look) => look.at >= at && look.at < until);
    const before = egress.looks.findLast((look) => look.at < at);
    const last = looks.at(-1) ?? before;
    const attempted = nodes.map((node) => (last?.attempts[node] ?? 0) - (before?.attempts[node] ?? 0));
    const [from, to] = [before?.at ?? Number.NEGATIVE_INFINITY, last?.at ?? at];
    const translated = nodes.map(
      (node) => egress.translated.filter((one) => one.node === node && one.at >= from && one.at < to).length,
    );
    return { at, looks, attempted, failed: shared((last?.failed ?? 0) - (before?.failed ?? 0), attempted, translated) };
  }).filter(({ looks }) => looks.length > 0);
};

/** The kernel counts what failed for all nodes together: each has had what it tried and did not get. A packet that is repeated counts again. */
const shared = (failed: number, attempted: readonly number[], translated: readonly number[]): readonly number[] => {
  const short = attempted.map((tried, node) => Math.max(0, tried - (translated[node] ?? 0)));
  const all = sum(short);
  return attempted.map((tried, node) =>
    all === 0 ? 0 : Math.min(tried, Math.round((failed * (short[node] ?? 0)) / all)),
  );
};
