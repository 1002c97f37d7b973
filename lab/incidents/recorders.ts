import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '../../src/base/instant.ts';
import { encodeRemark } from '../../src/formats/conntrack/remark-lines.ts';
import { reconcile, recordConntrack, recordPackets } from '../capture.ts';
import { type Packet, readPcap } from '../pcap.ts';
import { watchCounters } from './counters.ts';
import { type EgressSeen, watchEgress } from './egress.ts';
import type { Incident } from './incident.ts';
import type { World } from './lives.ts';

/** A network that is up, and the folder that the run is written to. */
export interface Stage extends Pick<World, 'network' | 'children' | 'folder' | 'signal'> {
  readonly out: string;
}

/** What was heard from outside the programs. */
export interface Heard {
  readonly endAt: number;
  /** By node index: at its link to the fabric. */
  readonly packets: readonly (readonly Packet[])[];
  readonly egress: EgressSeen;
}

const RECONCILE_EVERY_MS = 2_500;

/** Listens at each node and in the fabric; `stop` completes what conntrack wrote with what its recorder knows. */
export const startRecorders = async (
  { cluster: { nodes }, causes }: Incident,
  { network, children, folder, out, signal }: Stage,
): Promise<{ stop(): Promise<Heard> }> => {
  const written = (node: string): string => join(out, 'conntrack', `${node}.events.txt`);
  const captured = (node: string): string => join(folder, `${node}.pcap`);
  const recorders = await Promise.all(
    nodes.flatMap(({ index, name }) => [
      recordConntrack(children, network.node(index), written(name), 0),
      recordPackets(children, network.fabric, network.uplink(index), captured(name)),
    ]),
  );
  const from = Date.now();
  const counters = await Promise.all(
    nodes.map(({ index, name }) => watchCounters(children, network.node(index), folder, name)),
  );
  const egress = await watchEgress(children, network.fabric, folder);
  const running = new AbortController();
  // A dump of a full table takes as long as the whole run.
  const full = new Set(causes.filter(({ cause }) => cause === 'conntrack-full').map(({ node }) => node));
  const reconciled = Promise.all(
    nodes
      .filter(({ name }) => !full.has(name))
      .map(({ index }) =>
        reconcile(network.node(index), RECONCILE_EVERY_MS, AbortSignal.any([signal, running.signal])),
      ),
  );
  reconciled.catch(() => undefined);
  return {
    stop: async () => {
      running.abort();
      await reconciled;
      await Promise.all([...recorders, ...counters, egress].map((recorder) => recorder.stop()));
      const endAt = Date.now();
      for (const [i, { name }] of nodes.entries())
        appendFileSync(written(name), completeness(written(name), from, endAt) + (counters[i]?.remarks() ?? ''));
      return {
        endAt,
        packets: nodes.map(({ name }) => readPcap(readFileSync(captured(name)))),
        egress: egress.seen(nodes),
      };
    },
  };
};

/** Said only where the tool did not say that it lost something. */
const completeness = (file: string, from: number, until: number): string =>
  readFileSync(file, 'utf8').includes('ENOBUFS')
    ? ''
    : encodeRemark({ kind: 'complete', from: instant(from), until: instant(until) });
