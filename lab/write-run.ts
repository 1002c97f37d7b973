import { mkdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './children.ts';
import type { FlowLog } from './flow-log.ts';
import { LAB } from './flow-log-blob.ts';
import type { Change, PodLived } from '../simulator/kube/known.ts';
import { nodeObject } from '../simulator/kube/objects.ts';
import { listText, podListText, watchText } from '../simulator/kube/render.ts';
import { podInventoryText } from '../simulator/kube/pod-inventory.ts';
import { RECIPES } from './recipes.ts';
import type { Settings } from './record.ts';
import type { Scenario } from './scenario.ts';
import { DESTINATIONS, type NodePlan } from './topology.ts';
import type { Truth } from './truth.ts';
import { WATCHED_BEFORE_MS } from './witnesses.ts';

export interface RunSummary {
  readonly out: string;
  readonly counts: Readonly<Record<string, number>>;
}

export interface Run {
  readonly settings: Settings;
  readonly nodes: readonly NodePlan[];
  readonly scenario: Scenario;
  readonly flowLog: FlowLog;
  readonly truth: Truth;
  readonly lives: readonly PodLived[];
  readonly changes: readonly Change[];
  readonly zero: number;
  readonly endAt: number;
  readonly reuses: number;
}

/** The inventory begins a moment before the traffic. */
const LOOKED_BEFORE_MS = 1_500;
/** It ends after: a watch carries no time of its own, so it covers the traffic only if something changes when that is over. */
const LOOKED_AFTER_MS = 12_000;

export const writeRun = async (made: Run): Promise<RunSummary> => {
  const { settings, nodes, truth, changes, zero, endAt, flowLog } = made;
  const put = putInto(settings.out);
  for (const [path, text] of flowLog.blobs) put(path, text);
  writeInventory(put, { nodes, changes, zero, endAt, sampleEveryMs: settings.sampleEveryMs });
  put('truth.jsonl', lines(truth.egress));
  put('truth/east-west.jsonl', lines(truth.eastWest));
  put('truth/inbound.jsonl', lines(truth.inbound));
  put('truth/unanswered.jsonl', lines(truth.unanswered));
  const counts = countsOf(made);
  put('run.json', `${JSON.stringify(await describe(made, counts), null, 2)}\n`);
  return { out: settings.out, counts };
};

export type Put = (path: string, text: string | Iterable<string>) => void;

/** Writes files of a run, by their path in it. */
export const putInto =
  (out: string): Put =>
  (path, text) => {
    const full = join(out, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, typeof text === 'string' ? text : [...text].join(''));
  };

/** What Kubernetes and Container Insights tell of pods and nodes. */
export const writeInventory = (
  put: Put,
  {
    nodes,
    changes,
    zero,
    endAt,
    sampleEveryMs,
  }: Pick<Run, 'nodes' | 'changes' | 'zero' | 'endAt'> & { readonly sampleEveryMs: number },
): void => {
  const first = zero - LOOKED_BEFORE_MS;
  put('kube/nodes.json', listText(nodes.map((node) => nodeObject(node, LAB, zero))));
  put(`kube/pods-${fileTime(first)}.json`, podListText(changes, first));
  const looked = endAt + LOOKED_AFTER_MS;
  put(`kube/pods-${fileTime(looked)}.json`, podListText(changes, looked));
  put('kube/pods.watch.json', watchText(changes, zero - WATCHED_BEFORE_MS, looked));
  put(
    'log-analytics/KubePodInventory.jsonl',
    podInventoryText(changes, LAB, { from: first, until: endAt, everyMs: sampleEveryMs }),
  );
};

export const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A file name carries the time of a list, which has none inside: 2026-11-23T02-44-27Z. */
const fileTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;

const countsOf = ({ truth, lives, flowLog, reuses }: Run): Readonly<Record<string, number>> => ({
  truth: truth.egress.length,
  truthOfPods: truth.egress.filter(({ podUid }) => podUid !== undefined).length,
  truthOfNodes: truth.egress.filter(({ node }) => node === true).length,
  truthIpv6: truth.egress.filter(({ nodeIp }) => nodeIp.includes(':')).length,
  truthUdp: truth.egress.filter(({ protocol }) => protocol === 'udp').length,
  eastWest: truth.eastWest.length,
  inbound: truth.inbound.length,
  unanswered: truth.unanswered.length,
  pods: lives.length,
  podsThatEnded: lives.filter(({ finishedAt }) => finishedAt !== null).length,
  podIpReuses: reuses,
  flowLogFlows: flowLog.flows,
  flowLogRecords: flowLog.records,
});

const describe = async (
  { settings, nodes, scenario, zero, endAt }: Run,
  counts: Readonly<Record<string, number>>,
): Promise<object> => {
  const { out: _, skewMs: __, keepCaptures: ___, ...parameters } = settings;
  const [kernel, conntrack, nft, ip, tcpdump] = [
    release(),
    ...(await Promise.all([
      run('conntrack', ['--version']),
      run('nft', ['--version']),
      run('ip', ['-V']),
      run('sh', ['-c', 'tcpdump --version 2>&1 | head -1']),
    ])),
  ].map((text) => text.trim());
  const pod = scenario.suspiciousPod;
  return {
    description: RECIPES[settings.recipe].description,
    parameters,
    from: new Date(zero).toISOString(),
    until: new Date(endAt).toISOString(),
    counts,
    nodes: nodes.map((node) => ({ ...node, conntrack: `conntrack/${node.name}.events.txt` })),
    ...(pod === null
      ? {}
      : {
          suspicious: {
            destIp: DESTINATIONS.suspicious.host,
            destPort: DESTINATIONS.suspicious.port,
            podUid: pod.uid,
            namespace: pod.namespace,
            name: pod.name,
          },
        }),
    tools: { kernel, conntrack, nft, ip, tcpdump, node: process.version },
  };
};
