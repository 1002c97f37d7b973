import { type Instant, instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { PodLease } from './lease.ts';

/** A lease for a test: what a row does not say is the same in all of them. `edges` are may, held, held, may. */
export const podLease = ({
  podUid,
  edges,
  ip = '10.244.0.2',
  node = 'node-0',
  hostNetwork = false,
}: {
  readonly podUid: string;
  readonly edges: readonly [number, number, number, number];
  readonly ip?: string;
  readonly node?: string;
  readonly hostNetwork?: boolean;
}): PodLease => {
  const [mayFrom, heldFrom, heldUntil, mayUntil] = edges.map(instant) as [Instant, Instant, Instant, Instant];
  return {
    podUid,
    namespace: 'shop',
    pod: podUid,
    workload: { kind: 'Deployment', namespace: 'shop', name: podUid },
    node,
    ip: ip as Ip,
    hostNetwork,
    mayFrom,
    heldFrom,
    heldUntil,
    mayUntil,
  };
};
