import type { Estate } from './estate.ts';
import { changesOf } from './kube/known.ts';
import { nodeObject } from './kube/objects.ts';
import { podInventoryText } from './kube/pod-inventory.ts';
import { listText, podListText, watchText } from './kube/render.ts';
import { endOf, type Parameters, type Source } from './parameters.ts';
import { type Cluster, planCluster } from './plan/cluster.ts';
import { createRandom } from './random.ts';
import { Addresses } from './traffic/addresses.ts';
import { flattenCalls } from './traffic/calls.ts';
import { Load } from './traffic/load.ts';
import { Rotation } from './traffic/rotation.ts';
import { SLICE_MS, UNITS_PER_MS } from './traffic/schedule.ts';
import { seatTalkers } from './traffic/talkers.ts';
import { Telling } from './traffic/telling.ts';
import { Traffic } from './traffic/traffic.ts';
import { Tracing } from './traces/tracing.ts';
import { AppendedFiles, appendText } from './write/appended-files.ts';
import { ConntrackWriter } from './write/conntrack-writer.ts';
import { describeRun, placementText, ratesText, type RunDescription } from './write/describe.ts';
import { FlowLogWriter } from './write/flow-log-writer.ts';
import { TrafficAnalyticsWriter } from './write/traffic-analytics-writer.ts';
import { TruthWriter } from './write/truth-writer.ts';

const ESTATE: Estate = {
  subscription: '00000000-0000-4000-8000-00000000a11b',
  resourceGroup: 'unmasq-simulated',
  cluster: 'simulated',
};

/** The inventory begins a moment before the traffic. */
const LOOKED_BEFORE_MS = 1_500;
/** It ends after: a watch carries no time of its own, so it covers the traffic only if something changes when that is over. */
const LOOKED_AFTER_MS = 6_000;

export interface Progress {
  readonly share: number;
  readonly connections: number;
}

/** Writes a whole run into the folder, which must be there and empty. */
export const simulate = async (
  folder: string,
  parameters: Parameters,
  progress: (done: Progress) => Promise<void> | void = () => undefined,
): Promise<RunDescription> => {
  const files = new AppendedFiles(folder);
  const cluster = planCluster(parameters);
  writeInventory(files, cluster, parameters);
  const { flowLog, conntrack, analytics, truth, tracing, portless } = await writeTraffic(
    files,
    cluster,
    parameters,
    progress,
  );
  appendText(files, 'rates.jsonl', ratesText(cluster));
  appendText(files, 'placement.jsonl', placementText(cluster, parameters));
  const run = describeRun({
    parameters,
    cluster,
    flowLog,
    conntrack,
    analytics,
    truth,
    tracing,
    portless,
    paths: files.paths,
  });
  appendText(files, 'run.json', [`${JSON.stringify(run, null, 2)}\n`]);
  return run;
};

const writeTraffic = async (
  files: AppendedFiles,
  cluster: Cluster,
  parameters: Parameters,
  progress: (done: Progress) => Promise<void> | void,
) => {
  const {
    seed,
    startMs,
    flowLogAheadMs: aheadMs,
    portReuse,
    ipv6,
    loseConntrack,
    loseRecords,
    late,
    packed,
  } = parameters;
  const { nodes, destinations } = cluster;
  const endMs = endOf(parameters);
  // The first slice begins where a minute of the flow log does.
  const originMs = Math.floor((startMs + aheadMs) / SLICE_MS) * SLICE_MS - aheadMs;
  const calls = flattenCalls(cluster);
  const talkers = seatTalkers(cluster, calls.first, originMs, endMs, createRandom(seed + 3));
  const addresses = new Addresses(nodes, destinations);
  const [startAt, endAt] = [(startMs - originMs) * UNITS_PER_MS, (endMs - originMs) * UNITS_PER_MS];
  const writes = (source: Source): boolean => !parameters.without.includes(source);
  const tellsUpdates = parameters.updates && writes('conntrack');
  const options = { startAt, endAt, tellsUpdates, portReuse, ipv6 };
  const load = new Load(cluster, calls, talkers, originMs, createRandom(seed + 10));
  const rotation = new Rotation(cluster, endAt, createRandom(seed + 11));
  const traffic = new Traffic(cluster, calls, talkers, addresses, { load, rotation }, options, createRandom(seed + 4));
  // What is lost has generators of its own, so that losing changes nothing in what happened.
  const flowLog = writes('flow-log')
    ? new FlowLogWriter(files, ESTATE, nodes, { startMs, lose: loseRecords, late }, createRandom(seed + 5))
    : null;
  const conntrack = writes('conntrack')
    ? new ConntrackWriter(files, nodes, { lose: loseConntrack, packed, seed: seed + 6 })
    : null;
  const analytics = parameters.trafficAnalytics ? new TrafficAnalyticsWriter(files, ESTATE, nodes) : null;
  const tellsTop1 = parameters.traffic === 'lively';
  const truth = new TruthWriter(files, addresses, traffic.connections, talkers, { originMs, tellsTop1 });
  const tracing =
    parameters.traces > 0
      ? new Tracing(
          files,
          ESTATE,
          { cluster, calls, talkers, addresses, connections: traffic.connections },
          {
            originMs,
            endMs,
            share: parameters.traces,
            localPort: parameters.traceLocalPort,
            namesOnly: parameters.traceNamesOnly,
          },
          createRandom(seed + 12),
        )
      : null;
  const telling = new Telling(
    traffic,
    addresses,
    nodes,
    { flowLog, analytics, conntrack },
    { originMs, aheadMs, endAt },
  );
  const slices = Math.ceil((endMs - originMs) / SLICE_MS);
  for (let slice = 0; slice < slices; slice++) {
    traffic.begin(slice);
    for (const { index } of nodes) traffic.open(index, slice);
    truth.tell(traffic.opened);
    tracing?.tell(traffic.opened, slice);
    truth.tellEastWest(traffic.eastWest);
    truth.tellInbound(traffic.inbound);
    for (const told of [traffic.opened, traffic.eastWest, traffic.inbound]) told.clear();
    for (const { index } of nodes) telling.tell(index, slice);
    await progress({ share: (slice + 1) / slices, connections: truth.written.rows });
  }
  flowLog?.end();
  analytics?.end();
  truth.flush();
  return { flowLog, conntrack, analytics, truth: truth.written, tracing, portless: traffic.portless };
};

const writeInventory = (files: AppendedFiles, { nodes, lives }: Cluster, parameters: Parameters): void => {
  const { startMs, seed } = parameters;
  const writes = (source: Source): boolean => !parameters.without.includes(source);
  const [from, until] = [startMs - LOOKED_BEFORE_MS, endOf(parameters) + LOOKED_AFTER_MS];
  const changes = changesOf(
    lives.map(({ lived }) => lived),
    createRandom(seed + 7),
  );
  const nodeObjects = nodes.map((node) => nodeObject(node, ESTATE, startMs));
  if (writes('nodes')) appendText(files, `kube/nodes-${fileTime(startMs)}.json`, listText(nodeObjects));
  if (writes('watch')) appendText(files, 'kube/pods.watch.json', watchText(changes, from, until));
  if (writes('pod-lists')) {
    for (const at of [from, until]) appendText(files, `kube/pods-${fileTime(at)}.json`, podListText(changes, at));
  }
  if (writes('pod-inventory')) {
    const sampled = podInventoryText(changes, ESTATE, { from: startMs, until: endOf(parameters), everyMs: SLICE_MS });
    appendText(files, 'log-analytics/KubePodInventory.jsonl', sampled);
  }
};

/** A file name carries the time of a list, which has none inside: 2026-11-23T02-44-27Z. */
const fileTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
