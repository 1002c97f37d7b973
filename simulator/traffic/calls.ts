import type { Cluster } from '../plan/cluster.ts';
import { connectionsPer } from '../plan/roles.ts';

/** All calls of all roles, one after the other. */
export interface Calls {
  /** Of a role's calls the first. */
  readonly first: Int32Array;
  readonly role: Int32Array;
  readonly workload: Int32Array;
  /** A destination outside; -1: a service. */
  readonly destination: Int32Array;
  /** The workload behind the service; -1: a destination outside. */
  readonly service: Int32Array;
  /** The same for a port of the node. */
  readonly nodePort: Int32Array;
  readonly perSecond: Float64Array;
  /** What a call comes to on average, its retries included. */
  readonly connections: Float64Array;
  readonly retries: Uint8Array;
  /** When it is made for the first time, ms since 1970. */
  readonly from: Float64Array;
  readonly holdMs: Float64Array;
  readonly kept: Float64Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
}

export const flattenCalls = ({ roles, destinations }: Pick<Cluster, 'roles' | 'destinations'>): Calls => {
  const all = roles.flatMap(({ workload, calls }, role) => calls.map((call) => ({ role, workload, call })));
  const first = new Int32Array(roles.length + 1);
  for (const [role, { calls }] of roles.entries()) first[role + 1] = (first[role] as number) + calls.length;
  return {
    first,
    role: Int32Array.from(all, ({ role }) => role),
    workload: Int32Array.from(all, ({ workload }) => workload),
    destination: Int32Array.from(all, ({ call: { to } }) => ('destination' in to ? to.destination : -1)),
    service: Int32Array.from(all, ({ call: { to } }) => ('service' in to ? to.service : -1)),
    nodePort: Int32Array.from(all, ({ call: { to } }) => ('nodePort' in to ? to.nodePort : -1)),
    perSecond: Float64Array.from(all, ({ call }) => call.perSecond),
    connections: Float64Array.from(all, ({ call }) => connectionsPer(call, destinations)),
    retries: Uint8Array.from(all, ({ call }) => call.retries ?? 0),
    from: Float64Array.from(all, ({ call }) => call.from ?? Number.NEGATIVE_INFINITY),
    holdMs: Float64Array.from(all, ({ call }) => call.holdMs),
    kept: Float64Array.from(all, ({ call }) => call.kept),
    bytesOut: Float64Array.from(all, ({ call }) => call.bytesOut),
    bytesIn: Float64Array.from(all, ({ call }) => call.bytesIn),
  };
};
