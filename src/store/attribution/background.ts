import { pooledClock } from '../inventory.ts';
import type { InForce } from '../inventory-generation.ts';
import type { Background } from './verdicts.ts';

/** What verdicts rest on beside records and lines, as the core takes it. */
export const backgroundOf = ({ inventory, beside }: InForce): Background => ({
  known: {
    podLeases: inventory.podLeases,
    nodeLeases: inventory.nodeLeases,
    watched: beside.watched,
    podBlocks: beside.podBlocks,
    clocks: inventory.clocks,
    pooledClock: pooledClock(inventory.clocks),
    relays: new Map(beside.relays.map(({ podUid, role }) => [podUid, role])),
    conntrackGaps: Map.groupBy(beside.gaps, (gap) => gap.ip),
  },
  tellers: new Map(beside.objects.map(({ object, nodes }) => [object, nodes])),
});
