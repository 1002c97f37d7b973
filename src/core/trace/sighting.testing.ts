import { instant } from '../../base/instant.ts';
import type { Sighting } from '../facts.ts';
import type { LeaseRow } from '../ports.ts';

/** A sighting in which only what matters is said. */
export const sighting = (rest: Partial<Sighting> = {}): Sighting => ({
  kind: 'client',
  begin: instant(1_000),
  beginNanos: 0,
  until: instant(1_100),
  podUid: '',
  namespace: '',
  pod: '',
  node: '',
  podIp: null,
  container: '',
  service: '',
  destIp: null,
  destPort: 0,
  destHost: '',
  protocol: 0,
  localIp: null,
  localPort: 0,
  clientIp: null,
  clientPort: 0,
  traceId: 't',
  spanId: '',
  parentSpanId: '',
  ids: [],
  text: '',
  status: '',
  result: '',
  probability: null,
  redirected: false,
  times: 1,
  ...rest,
});

export const leaseRow = (name: string, rest: Partial<LeaseRow> = {}): LeaseRow => ({
  uid: `uid-${name}`,
  namespace: 'shop',
  name,
  ip: '10.244.1.7',
  node: 'n1',
  workload: { kind: 'Deployment', namespace: 'shop', name },
  hostNetwork: false,
  mayFrom: instant(0),
  heldFrom: instant(0),
  heldUntil: instant(10_000),
  mayUntil: null,
  ...rest,
});
