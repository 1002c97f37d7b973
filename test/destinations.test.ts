import { expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import type { EndpointBlock } from '../src/core/ports.ts';
import { podSeen, recordAt, entryAt } from './one-fact.ts';
import { emptyBatch, eventTable, ip, NOW, recordTable, START } from './random-world.ts';
import { instant } from '../src/base/instant.ts';
import { temporaryStore } from './temporary-store.ts';

/* What is asked of several destinations is asked of each of them, and of nothing that lies between. */

const { store } = await temporaryStore();

/** One flow each, by the last number of its address and its port. */
const FLOWS = [1, 2, 3].flatMap((last) => [443, 8443].map((destPort) => ({ last, destPort })));
const tuples = FLOWS.map(({ last, destPort }, i) => ({
  destIp: `203.0.113.${last}`,
  destPort,
  srcPort: 40_000 + i,
}));
const only = (last: number, port?: number): EndpointBlock => ({
  first: ip(`203.0.113.${last}`),
  last: ip(`203.0.113.${last}`),
  ...(port === undefined ? {} : { port }),
});

await store.write([
  { ...emptyBatch('c', 'pods'), format: 'kubernetes-pods', pods: [podSeen('a', START - 60_000)] },
  { ...emptyBatch('c', 'records'), flowRecords: recordTable(tuples.map((tuple) => recordAt(START, tuple))) },
  {
    ...emptyBatch('c', 'conntrack'),
    format: 'conntrack',
    conntrack: eventTable(tuples.map((tuple) => entryAt(START, tuple))),
  },
]);
await store.attribute('c', NOW);

test.each<[string, readonly EndpointBlock[], readonly string[]]>([
  ['one', [only(2)], ['2:443', '2:8443']],
  ['a port of one', [only(2, 443)], ['2:443']],
  ['two with one between', [only(1), only(3)], ['1:443', '1:8443', '3:443', '3:8443']],
  ['one, and a port of another', [only(1, 8443), only(3)], ['1:8443', '3:443', '3:8443']],
  ['a network', [{ first: ip('203.0.113.2'), last: ip('203.0.113.3') }], ['2:443', '2:8443', '3:443', '3:8443']],
  ['none that is told of', [only(9)], []],
])('%s', async (_, dest, expected) => {
  const query = { ...allFlows('c', { from: instant(START - 60_000), until: NOW }), dest };
  const flows = await store.flows(query);
  expect(flows.map((flow) => `${flow.destIp.split('.').at(-1)}:${flow.destPort}`).sort()).toEqual(expected);
  const { coverage, pods } = await store.who(query);
  expect(coverage.reduce((sum, row) => sum + row.flows, 0)).toBe(expected.length);
  expect(pods.reduce((sum, row) => sum + row.flows, 0)).toBe(expected.length);
});
