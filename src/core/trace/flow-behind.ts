import type { Instant } from '../../base/instant.ts';
import type { Sighting } from '../facts.ts';
import type { FlowRow } from '../ports.ts';

/** What ties a flow to a call, the strongest first. All of them have the call's destination, its node where it is known, and its time. */
export const TIES = ['pod-and-port', 'pod', 'port', 'possible'] as const;
export type Tie = (typeof TIES)[number];

export interface FlowBehind {
  readonly flow: FlowRow;
  readonly tie: Tie;
}

/** How the flow log's clock stands to the node's, which spans are written by. */
export interface Clock {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

type Call = Pick<Sighting, 'begin' | 'until' | 'destIp' | 'destPort' | 'protocol' | 'localPort' | 'redirected'>;

/**
 * The flows that may have carried a call: only those of the strongest tie that there is. A connection that is kept alive carries many
 * calls, so a flow need only be alive then. A flow that is another pod's for certain is none.
 */
export const flowsBehind = (
  call: Call,
  pod: { readonly uid: string | null; readonly node: string },
  flows: readonly FlowRow[],
  clock: Clock,
): readonly FlowBehind[] => {
  const from = call.begin + clock.offsetMs - clock.uncertaintyMs;
  const until = call.until + clock.offsetMs + clock.uncertaintyMs;
  const found = flows.flatMap((flow): FlowBehind[] => {
    const isThere =
      flow.destIp === call.destIp &&
      (call.destPort === 0 || flow.destPort === call.destPort) &&
      (call.protocol === 0 || flow.protocol === PROTOCOLS[call.protocol]) &&
      (pod.node === '' || flow.node === null || flow.node === pod.node) &&
      flow.direction === 'outbound' &&
      flow.begin <= until &&
      from <= (flow.end ?? Number.POSITIVE_INFINITY);
    const tie = isThere ? tieOf(call, pod.uid, flow) : null;
    return tie === null ? [] : [{ flow, tie }];
  });
  const best = TIES.find((tie) => found.some((one) => one.tie === tie));
  return found
    .filter(({ tie }) => tie === best)
    .sort((a, b) => distance(a.flow.begin, call.begin) - distance(b.flow.begin, call.begin));
};

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };

const tieOf = (call: Call, uid: string | null, flow: FlowRow): Tie | null => {
  const isNamed = flow.verdict === 'exact' && flow.pod !== null;
  if (isNamed && uid !== null && flow.pod?.uid !== uid) return null;
  // A sidecar opens its own connection: the application's port is another's.
  const port = call.localPort > 0 && !call.redirected;
  const isPort = port && (flow.podPort ?? flow.srcPort) === call.localPort;
  if (isNamed && uid !== null) return isPort ? 'pod-and-port' : port ? null : 'pod';
  if (flow.verdict === 'node' && uid !== null) return null;
  // Translation keeps the port where it can, so another port is no proof against.
  return isPort ? 'port' : 'possible';
};

const distance = (a: Instant, b: Instant): number => Math.abs(a - b);
