import { allFlows } from '../src/core/all-flows.ts';
import type { MapBySender, MapQuery } from '../src/core/flow-map.ts';
import type { TimeSpan } from '../src/core/ports.ts';

/** What each sender sent in a time, wherever it went. */
export const bySender = (cluster: string, range: TimeSpan, sender: MapBySender = 'pod'): MapQuery => ({
  ...allFlows(cluster, range),
  sender,
  to: 'all',
  by: 'sent',
  hide: [],
  edges: 1_000,
  named: [],
});
