import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { changesOf } from '../../simulator/kube/known.ts';
import { buildFlowLog } from '../flow-log.ts';
import type { Packet } from '../pcap.ts';
import { witnesses } from '../witnesses.ts';
import { lines, putInto, writeInventory } from '../write-run.ts';
import { azureDocuments } from './azure-documents.ts';
import type { Denied } from './causes.ts';
import { firewallRows } from './firewall-rows.ts';
import { kubeEvents } from './kube-events.ts';
import { logRows } from './log-rows.ts';
import { egressMetrics } from './metrics.ts';
import type { Recorded } from './record.ts';
import { spanLines } from './spans.ts';
import { type Truth, tellTruth } from './truth.ts';

/** Azure: five minutes, and Container Insights a minute. */
const CONTINUE_EVERY_MS = 5_000;
const IDLE_MS = 6_000;
const SAMPLE_EVERY_MS = 5_000;

/** Writes what every source would have seen, in the formats that unmasq reads, and the truth. */
export const write = (recorded: Recorded, out: string): Truth => {
  const { incident, zero, endAt, lives, packets } = recorded;
  const { nodes } = incident.cluster;
  const put = putInto(out);
  const nics = nodes.map(({ mac }, i) => ({ mac, packets: packets[i] ?? [] }));
  const flowLog = buildFlowLog(nics, endAt, {
    continueEveryMs: CONTINUE_EVERY_MS,
    idleMs: IDLE_MS,
    aheadMs: 0,
    deniedBy: (packet) => deniedBy(recorded, 'security-group', packet)?.rule ?? null,
  });
  for (const [path, text] of flowLog.blobs) put(path, text);
  const changes = changesOf([...lives, ...witnesses(lives, { zero, endAt }, incident.random)], incident.random);
  writeInventory(put, { nodes, changes, zero, endAt, sampleEveryMs: SAMPLE_EVERY_MS });
  put('azure/resources.json', `${JSON.stringify(azureDocuments(incident), null, 2)}\n`);
  put('kube/events.json', kubeEvents(recorded));
  put('log-analytics/ContainerLogV2.jsonl', lines(logRows(recorded)));
  put('otlp/spans.jsonl', lines(spanLines(recorded)));
  if (incident.hasMetrics) put('metrics/egress.json', `${JSON.stringify(egressMetrics(recorded), null, 2)}\n`);
  if (incident.egress.kind === 'firewall')
    put(
      'log-analytics/AZFWNetworkRule.jsonl',
      lines(firewallRows(recorded, (packet) => deniedBy(recorded, 'firewall', packet))),
    );
  const truth = tellTruth(recorded);
  put('incident.json', `${JSON.stringify(truth, null, 2)}\n`);
  rmSync(join(out, 'capture'), { recursive: true, force: true });
  return truth;
};

/** What the kernel dropped on the way: the opening packets to the address, while the rule stood. */
const deniedBy = ({ incident, zero, begunAt }: Recorded, by: Denied['by'], packet: Packet): Denied | undefined =>
  incident.causes
    .flatMap(({ denied }, i) => (denied?.by === by ? [{ denied, from: begunAt[i] ?? 0 }] : []))
    .find(
      ({ denied, from }) =>
        packet.syn &&
        packet.dest === denied.address &&
        packet.at >= from &&
        (denied.untilMs === null || packet.at < zero + denied.untilMs),
    )?.denied;
