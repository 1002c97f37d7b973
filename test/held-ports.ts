import { IDLE } from '../src/core/attribution/flow.ts';
import { OPEN } from '../src/core/attribution/lease.ts';
import type { Engine } from '../src/store/engine.ts';
import { inventoryFrom } from '../src/store/inventory.ts';
import { protocolName } from '../src/store/protocol.ts';
import { type CoreFlow, flowsFromCore } from './parity.ts';
import type { RandomWorld } from './random-world.ts';

/** A port of a node that a flow held, from when to when. */
export interface HeldPort {
  readonly nodeIp: string;
  readonly srcPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly from: number;
  readonly until: number;
  /** The pod's UID, else the verdict. */
  readonly by: string;
}

const LINGER = 120_000;
const DATAGRAM = 30_000;

/** One by one, from the core. */
export const heldPorts = async (engine: Engine, world: RandomWorld, cluster: string): Promise<readonly HeldPort[]> => {
  const { nodeLeases } = await inventoryFrom(engine, cluster);
  const nodeIps = new Set<string>(nodeLeases.map((lease) => lease.ip));
  return (await flowsFromCore(engine, world, cluster)).flatMap((flow) => {
    const { srcIp, srcPort, destIp, destPort, protocol } = flow.tuple;
    const [from, until] = [flow.begin, heldUntil(flow)];
    return flow.outbound && !flow.denied && nodeIps.has(srcIp) && from < until
      ? {
          nodeIp: srcIp,
          srcPort,
          destIp,
          destPort,
          protocol: protocolName(protocol),
          from,
          until,
          by: 'podUid' in flow.verdict ? flow.verdict.podUid : flow.verdict.kind,
        }
      : [];
  });
};

const heldUntil = ({ observedBy, ended, begin, last, goneAt, tuple }: CoreFlow): number => {
  // Tenths of a second are kept.
  if (goneAt !== 0) return last + Math.max(0, Math.ceil((goneAt - last) / 100) * 100);
  if (ended) return last + (tuple.protocol === 17 && last - begin <= 2_000 ? DATAGRAM : LINGER);
  return observedBy === 'flow-log' ? last + IDLE : OPEN;
};
