import { type ConnectionLife, connectionLife } from '../src/core/snat/connection-life.ts';
import type { Engine } from '../src/store/engine.ts';
import { inventoryFrom } from '../src/store/inventory.ts';
import { inOnePlace } from '../src/store/parts.ts';
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

/** One by one, from the core. */
export const heldPorts = async (engine: Engine, world: RandomWorld, cluster: string): Promise<readonly HeldPort[]> => {
  const { nodeLeases } = await inventoryFrom(inOnePlace(engine), cluster);
  const nodeIps = new Set<string>(nodeLeases.map((lease) => lease.ip));
  return (await flowsFromCore(engine, world, cluster)).flatMap((flow) => {
    const { srcIp, srcPort, destIp, destPort, protocol } = flow.tuple;
    const { from, until } = lifeOf(flow);
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

/** Whose ports the connection held until when, as core's rule has it; the store keeps tenths of a second of what conntrack tells. */
export const lifeOf = (flow: CoreFlow): ConnectionLife => {
  const { goneAt, last, tuple } = flow;
  const told = goneAt === 0 ? null : last + Math.max(0, Math.ceil((goneAt - last) / 100) * 100);
  return connectionLife({ ...flow, protocol: tuple.protocol, goneAt: told });
};
