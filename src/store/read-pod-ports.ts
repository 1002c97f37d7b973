import type { Instant } from '../base/instant.ts';
import { compareIp } from '../base/ip.ts';
import type { PodNamed, PodPortsRow, PodPortsRows, PortsQuery, VerdictKind } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { inventoryInForce } from './read-flows.ts';
import { readPods } from './read-pods.ts';
import { EVERY_SHARD, inParts, portParams } from './read-ports.ts';
import { filtering } from './sql.ts';

interface PeakRow {
  readonly uid: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly peak: number;
  readonly peak_ms: number;
  readonly open_at_peak: number;
  readonly relayed: number;
  readonly at_end: number;
  readonly began: number;
  readonly destinations: number;
}

/** What the destinations took of the ports that pods have themselves, translated or not. */
export const readPodPorts = async (
  engine: Engine,
  query: PortsQuery,
  limit: number,
  keptFrom: Instant,
): Promise<PodPortsRows> => {
  const { cluster } = query;
  const inventory = await inventoryInForce(engine, cluster);
  const peaks: PeakRow[] = [];
  let destinations = 0;
  const more = { of_nodes: false, limit };
  for await (const some of inParts<PeakRow>(engine, 'ports/pod-peaks', query, inventory, keptFrom, more)) {
    destinations += some[0]?.destinations ?? 0;
    peaks.push(...some);
    peaks.sort(byPeak).splice(limit);
  }
  const uids = [...new Set(peaks.map(({ uid }) => uid))];
  const pods = await readPods(engine, cluster, inventory, uids);
  return {
    rows: peaks.flatMap((row) => {
      const pod = pods.get(row.uid);
      return pod === undefined ? [] : [podPortsOf(row, pod)];
    }),
    destinations,
    unnamed: await readUnnamed(engine, query, inventory, keptFrom, false),
  };
};

const byPeak = (a: PeakRow, b: PeakRow): number =>
  b.peak - a.peak ||
  (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0) ||
  compareIp(ipText(a.dest_ip), ipText(b.dest_ip)) ||
  a.dest_port - b.dest_port ||
  a.protocol - b.protocol;

const podPortsOf = (row: PeakRow, pod: PodNamed): PodPortsRow => ({
  pod,
  destIp: ipText(row.dest_ip),
  destPort: row.dest_port,
  protocol: protocolName(row.protocol),
  peakPorts: row.peak,
  peakAt: row.peak_ms as Instant,
  openAtPeak: row.open_at_peak,
  verdicts: [
    { verdict: 'exact' as VerdictKind, ports: row.peak - row.relayed },
    { verdict: 'relayed' as VerdictKind, ports: row.relayed },
  ].filter(({ ports }) => ports > 0),
  portsAtEnd: row.at_end,
  began: row.began,
});

/** Connections that no verdict names a pod of: through nodes, or of whatever address. */
export const readUnnamed = async (
  engine: Engine,
  query: PortsQuery,
  inventory: number,
  keptFrom: Instant,
  ofNodes: boolean,
): Promise<number> => {
  const params = { ...portParams(query, inventory, keptFrom), of_nodes: ofNodes, shards: EVERY_SHARD };
  const [row] = await engine.rows<{ unnamed: number }>(filtering('ports/unnamed', params), params);
  return row?.unnamed ?? 0;
};
