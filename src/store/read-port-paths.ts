import { isPrivate } from '../base/address-block.ts';
import type { Instant } from '../base/instant.ts';
import { compareIp, type Ip } from '../base/ip.ts';
import { EGRESS_PATHS, pathsIn } from '../core/egress/egress-path.ts';
import type {
  HolderSteps,
  Leaving,
  PathMost,
  PathPeak,
  PathSteps,
  PodNamed,
  PortPaths,
  PortsQuery,
  SharedMost,
} from '../core/ports.ts';
import { LB_LONGER } from '../core/snat/port-limits.ts';
import { dropTables } from './scratch-tables.ts';
import type { Engine, Params } from './engine.ts';
import { ipText } from './ip-text.ts';
import { loadRows } from './load-rows.ts';
import { protocolName } from './protocol.ts';
import { inventoryInForce } from './read-flows.ts';
import { readPods } from './read-pods.ts';
import {
  addressOf,
  EVERY_SHARD,
  inParts,
  inShards,
  shardParts,
  nodeAt,
  nodeNames,
  type NodesByIp,
  partsFor,
  portParams,
  zeros,
} from './read-ports.ts';
import { readNetwork } from './resources.ts';
import { filtering } from './sql.ts';

/**
 * The ports of nodes by how they leave. Which way a packet takes is core's law, asked once for each pair of a node's address and a destination that the interval
 * has; the engine counts by the numbers that came of it. docs/decisions/0037-ports-by-the-way-they-leave.md
 */
export const readPortPaths = async (
  engine: Engine,
  asked: PortsQuery,
  stepMs: number,
  keptFrom: Instant,
  holders = 0,
): Promise<PortPaths> => {
  const { cluster } = asked;
  const inventory = await inventoryInForce(engine, cluster);
  const nodes = await nodeNames(engine, cluster, inventory);
  const query = { ...asked, from: Math.max(asked.from, keptFrom) as Instant };
  // What a node let go of just before may be held behind it still.
  const longer = { ...query, from: (query.from - LB_LONGER) as Instant };
  const peaks = (told: Params, shared: readonly number[]): Promise<readonly PeakRow[]> =>
    shared.length === 0
      ? Promise.resolve([])
      : collected(
          inParts<PeakRow>(engine, 'ports/together-by-way', query, inventory, keptFrom, {
            ...told,
            first_ms: query.from,
            shared,
          }),
        );
  const sums = async (told: Params): Promise<readonly SumRow[]> => {
    const parts = await partsFor(engine, query);
    const lasts = Math.ceil((query.until - query.from) / parts);
    const all: SumRow[] = [];
    for (let from = query.from as number; from < query.until; from += lasts) {
      const params: Params = {
        ...portParams(query, inventory, keptFrom),
        ...told,
        shards: EVERY_SHARD,
        first_ms: from,
        end_ms: Math.min(from + lasts, query.until),
        bucket_ms: Math.ceil(lasts / BUCKETS),
      };
      all.push(...(await engine.rows<SumRow>(filtering('ports/sums-by-way', params), params)));
    }
    return mostOf(all);
  };
  const pairs = await collected(inShards<Pair>(engine, 'ports/pairs', longer, inventory, keptFrom, {}));
  const ways = await Ways.of(engine, cluster, pairs, (ip) => nodeAt(nodes, ip, query.until - 1));
  /** What each node held, over so many shards at a time that memory suffices. */
  const ofNodes = async (told: Params): Promise<OfNodes> => {
    const all: OfNodes = { steps: [], held: [], most: [], largest: [] };
    for await (const params of shardParts(engine, longer, inventory, keptFrom)) {
      const held = `held_${tables++}${engine.mark}`;
      const of = { ...params, ...told, held, first_ms: query.from, longer_ms: LB_LONGER, step_ms: stepMs };
      const ask = <Row>(statement: string, more: Params = {}): Promise<readonly Row[]> =>
        engine.rows<Row>(filtering(statement, of), { ...of, ...more });
      try {
        await engine.run(filtering('ports/hold', of), of);
        const [steps, holding, most, largest] = await Promise.all([
          ask<StepRow>('ports/steps-by-way'),
          holders === 0
            ? []
            : ask<HolderRow>('ports/steps-by-holder', {
                steps: Math.ceil((query.until - query.from) / stepMs),
                holders,
              }),
          ask<MostRow>('ports/peaks-by-way', { paths: ways.paths }),
          // What each destination held of a node: there it is let go of sooner.
          ask<LargestRow>('ports/largest-by-way', { longer_ms: 0 }),
        ]);
        for (const row of steps) all.steps.push(row);
        for (const row of holding) all.held.push(row);
        all.most.push(...most);
        all.largest.push(...largest);
      } finally {
        await dropTables(engine, [held]);
      }
    }
    return all;
  };
  return ways.inTable(engine, async (told) => {
    const [{ steps, held, most, largest }, shared, together] = await Promise.all([
      ofNodes(told),
      ways.shared.length === 0 ? [] : sums({ ...told, shared: ways.shared }),
      peaks(told, ways.shared),
    ]);
    const uids = [...new Set(held.map(({ uid }) => uid))];
    const pods = await readPods(engine, cluster, inventory, uids);
    return {
      steps: stepsOf(steps, largest, ways, nodes, query, stepMs, (of) => holdersOf(held, pods, of)),
      most: most.map(
        (row): PathMost => ({
          ...addressOf(row, nodes, query.until - 1),
          egressPath: EGRESS_PATHS[row.path] ?? UNKNOWN.egressPath,
          peakPorts: row.peak,
          peakAt: row.peak_ms as Instant,
        }),
      ),
      shared: shared.map(
        ({ way, protocol, peak, peak_ms }): SharedMost => ({
          ...ways.at(way),
          protocol: protocolName(protocol),
          peakPorts: peak,
          peakAt: peak_ms as Instant,
        }),
      ),
      together: largestOf(together).map(
        ({ way, protocol, dest_ip, dest_port, peak, peak_ms }): PathPeak => ({
          ...ways.at(way),
          protocol: protocolName(protocol),
          destIp: ipText(dest_ip),
          destPort: dest_port,
          peakPorts: peak,
          peakAt: peak_ms as Instant,
        }),
      ),
    };
  });
};

interface Pair {
  readonly node_ip: string;
  readonly dest_ip: string;
}

/** A row of the table. */
type NumberedPair = Readonly<Record<'node_ip' | 'dest_ip', string> & Record<'way', number>>;

interface OfWay {
  readonly node_ip: string;
  readonly protocol: number;
  readonly way: number;
}
interface StepRow extends OfWay {
  readonly step: number;
  readonly taken: number;
  readonly given: number;
}
interface HolderRow extends OfWay {
  readonly uid: string;
  /** Steps at which something changes. */
  readonly at: readonly number[];
  readonly taken: readonly number[];
  readonly given: readonly number[];
}
interface MostRow extends Omit<OfWay, 'way'> {
  /** Its place among EGRESS_PATHS. */
  readonly path: number;
  readonly peak: number;
  readonly peak_ms: number;
}
interface OfNodes {
  readonly steps: StepRow[];
  readonly held: HolderRow[];
  readonly most: MostRow[];
  readonly largest: LargestRow[];
}
interface SumRow extends Omit<OfWay, 'node_ip'> {
  readonly peak: number;
  readonly peak_ms: number;
}
interface LargestRow extends OfWay {
  readonly largest: number;
}
interface PeakRow extends Omit<OfWay, 'node_ip'> {
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly peak: number;
  readonly peak_ms: number;
}

const collected = async <Row>(parts: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> => {
  const all: Row[] = [];
  for await (const some of parts) for (const row of some) all.push(row);
  return all;
};

/** What a pair is that no document tells of. */
const UNKNOWN: Leaving = { egressPath: 'unknown', through: null };
/** Stretches of a part of the interval, in each of which the changes of all nodes are put in order by themselves. */
const BUCKETS = 1_024;
/** No way has this number. */
const NONE = 65_535;
let tables = 0;

/** The ways that there are, each with a number. */
class Ways {
  private readonly all: readonly Leaving[];
  private readonly numbered: readonly NumberedPair[];

  private constructor(all: readonly Leaving[], numbered: readonly NumberedPair[]) {
    this.all = all;
    this.numbered = numbered;
  }

  static async of(
    engine: Engine,
    cluster: string,
    pairs: readonly Pair[],
    nodeOf: (ip: string) => string | null,
  ): Promise<Ways> {
    const pathOf = pathsIn(await readNetwork(engine, cluster));
    const all: Leaving[] = [UNKNOWN];
    const numbers = new Map([[keyOf(UNKNOWN), 0]]);
    const numbered = pairs.flatMap(({ node_ip, dest_ip }) => {
      const [ip, dest] = [ipText(node_ip), ipText(dest_ip)];
      const { path, through } = pathOf({ ip, node: nodeOf(node_ip) }, dest);
      const leaving = { egressPath: path, through: translates(path, dest) ? through : null };
      const key = keyOf(leaving);
      const way = numbers.get(key) ?? all.push(leaving) - 1;
      numbers.set(key, way);
      return way === 0 ? [] : [{ node_ip, dest_ip, way }];
    });
    return new Ways(all, numbered);
  }

  at(way: number): Leaving {
    return this.all[way] ?? UNKNOWN;
  }

  /** The path of each, as its place among EGRESS_PATHS. */
  get paths(): readonly number[] {
    return this.all.map(({ egressPath }) => EGRESS_PATHS.indexOf(egressPath));
  }

  /** Those whose ports nodes share. */
  get shared(): readonly number[] {
    return this.all.flatMap((leaving, way) => (isShared(leaving) ? [way] : []));
  }

  /** Works with a table of the pairs, which is gone afterwards. */
  async inTable<Value>(
    engine: Engine,
    work: (told: { readonly ways: string; readonly lb_way: number }) => Promise<Value>,
  ): Promise<Value> {
    const ways = `ways_${tables++}${engine.mark}`;
    const lb = this.all.findIndex(({ egressPath }) => egressPath === 'lb');
    try {
      await engine.run('CREATE TABLE {ways:Identifier} (node_ip IPv6, dest_ip IPv6, way UInt16) ENGINE = Memory', {
        ways,
      });
      if (this.numbered.length > 0)
        await loadRows(
          engine,
          'INSERT INTO {ways:Identifier} SELECT * FROM {source}',
          { node_ip: 'IPv6', dest_ip: 'IPv6', way: 'UInt16' },
          this.numbered,
          { ways },
        );
      return await work({ ways, lb_way: lb < 0 ? NONE : lb });
    } finally {
      await dropTables(engine, [ways]);
    }
  }
}

const keyOf = ({ egressPath, through }: Leaving): string => `${egressPath} ${through ?? ''}`;

/** What goes to private addresses keeps its source behind a firewall, as Azure's is set up. https://learn.microsoft.com/azure/firewall/snat-private-range */
const translates = (path: Leaving['egressPath'], dest: string): boolean =>
  path === 'nat-gateway' || (path === 'firewall' && !isPrivate(dest as Ip));

/** A NAT gateway without an id is the one that AKS made. */
const isShared = ({ egressPath, through }: Leaving): boolean =>
  egressPath === 'nat-gateway' || (egressPath === 'firewall' && through !== null);

const stepsOf = (
  rows: readonly StepRow[],
  largest: readonly LargestRow[],
  ways: Ways,
  nodes: NodesByIp,
  { from, until }: PortsQuery,
  stepMs: number,
  holders: (of: { readonly key: string; readonly steps: number }) => readonly HolderSteps[],
): readonly PathSteps[] => {
  const most = new Map(largest.map((row) => [keyOfRow(row), row.largest]));
  const steps = Math.ceil((until - from) / stepMs);
  return [...Map.groupBy(rows, keyOfRow)].map(([of, changes]) => {
    const [any] = changes as [StepRow];
    return {
      ...addressOf(any, nodes, until - 1),
      ...ways.at(any.way),
      from,
      ...changesIn(steps, changes),
      largest: most.get(of) ?? 0,
      holders: holders({ key: of, steps }),
    };
  });
};

const keyOfRow = ({ node_ip, protocol, way }: OfWay): string => `${node_ip} ${protocol} ${way}`;

/** What changes at the end is of no step. */
const changesIn = (
  steps: number,
  changes: readonly Pick<StepRow, 'step' | 'taken' | 'given'>[],
): Pick<PathSteps, 'taken' | 'given'> => {
  const changed = { taken: zeros(steps), given: zeros(steps) };
  for (const { step, taken, given } of changes) {
    if (step >= steps) continue;
    changed.taken[step] = taken;
    changed.given[step] = given;
  }
  return changed;
};

/** A pod that the inventory does not know any more has no name, and is among the others. */
const holdersOf = (
  rows: readonly HolderRow[],
  pods: ReadonlyMap<string, PodNamed>,
  { key, steps }: { readonly key: string; readonly steps: number },
): readonly HolderSteps[] =>
  rows.flatMap((row) => {
    const pod = pods.get(row.uid);
    if (pod === undefined || keyOfRow(row) !== key) return [];
    const changes = row.at.map((step, i) => ({ step, taken: row.taken[i] ?? 0, given: row.given[i] ?? 0 }));
    return [{ pod, ...changesIn(steps, changes) }];
  });

/** Each part of the interval has its own most; of equal ones the first counts. */
const mostOf = (rows: readonly SumRow[]): readonly SumRow[] =>
  [...Map.groupBy(rows, ({ way, protocol }) => `${way} ${protocol}`).values()].map((ones) =>
    ones.reduce((most, one) => (one.peak > most.peak ? one : most)),
  );

/** Each part of the destinations has its own that held most. */
const largestOf = (rows: readonly PeakRow[]): readonly PeakRow[] =>
  [...Map.groupBy(rows, ({ way, protocol }) => `${way} ${protocol}`).values()]
    .map((ones) => ones.toSorted(byPeak)[0] as PeakRow)
    .sort((a, b) => a.way - b.way || a.protocol - b.protocol);

const byPeak = (a: PeakRow, b: PeakRow): number =>
  b.peak - a.peak || compareIp(ipText(a.dest_ip), ipText(b.dest_ip)) || a.dest_port - b.dest_port;
