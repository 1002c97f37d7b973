import type { Trace } from '../../../src/contract/answers.ts';
import { placed } from './placed.ts';

/** Ports of which node, towards where, from when to when. */
export interface Strip {
  readonly node: string | null;
  readonly nodeIp: string;
  readonly dest: string;
  readonly protocol: string;
  readonly from: number;
  readonly until: number;
}

/** A trace may be over within a second, in which no port is taken or given back. */
const AROUND_MS = 30_000;
/** A trace of many flows has as many strips as can be looked at. */
const MOST = 4;

/** One for each node and destination of its flows that left the cluster, the first ones. */
export const stripsOf = (items: Trace['items']): readonly Strip[] => {
  const { from, until } = placed(items);
  const strips = items.flatMap(({ flow }): readonly Strip[] => {
    if (flow === undefined || flow.direction !== 'outbound' || flow.nodeIp === null) return [];
    const { node, nodeIp, destIp, destPort, protocol } = flow;
    const dest = `${destIp.includes(':') ? `[${destIp}]` : destIp}:${destPort}`;
    return [{ node, nodeIp, dest, protocol, from: from - AROUND_MS, until: until + AROUND_MS }];
  });
  return [...new Map(strips.map((one) => [`${one.nodeIp} ${one.dest} ${one.protocol}`, one])).values()].slice(0, MOST);
};
