import type { Reason } from '../core/attribution/verdict.ts';
import type { FlowEvidence } from '../core/ports.ts';

/** What would have made the verdict exact, and how to have it next time. */
export interface Missing {
  readonly what: string;
  readonly how: string;
}

type Say = (at: FlowEvidence['flow']['begin']) => string;

/** The kernel's own tool; the dump tells of connections that were open before, the events of the rest. */
const RECORD =
  'on the node: conntrack -L -o id,ktimestamp > before.txt; conntrack -E -o timestamp,id,ktimestamp > events.txt';
/** Whoever has no list of nodes gets one. */
export const LIST_NODES = 'kubectl get nodes -o json > nodes.json; unmasq ingest nodes.json';
const WATCH = 'kubectl get pods -A -o json -w --output-watch-events > pods.json (started before the time asked about)';

export const missingFor = (evidence: FlowEvidence, say: Say): readonly Missing[] => {
  const { flow } = evidence;
  if (flow.verdict === 'exact' || flow.verdict === 'node' || flow.reason === null) return [];
  return BY_REASON[flow.reason](evidence, say);
};

const BY_REASON: Readonly<Record<Reason, (evidence: FlowEvidence, say: Say) => readonly Missing[]>> = {
  'no-translation': (e, say) => [conntrackOf(e, say)],
  aggregated: () => [
    {
      what: 'the flow log itself: Traffic Analytics sums up flows and leaves out the source port, by which a translation is found',
      how: 'ingest the blobs of the flow log (container insights-logs-flowlogflowevent), beside conntrack of the nodes',
    },
  ],
  'translation-uncertain': () => [{ what: 'a line that shows the translation open at the time', how: RECORD }],
  'tuple-shared': () => [
    {
      what: 'a record for each owner: the flow log wrote one flow, and several owners had a part in it or were closer than the clocks can tell',
      how: 'see the translations above for who used the tuple when; for TCP, chrony on the nodes tells owners apart',
    },
  ],
  'conntrack-gap': () => [
    {
      what: 'the conntrack lines that were lost',
      how: 'a larger buffer: conntrack -E -b 16777216 -o timestamp,id,ktimestamp',
    },
  ],
  'lease-uncertain': (e, say) => [inventory(e, say)],
  'ip-shared': (e, say) => [inventory(e, say)],
  'no-lease-then': (e, say) => [inventory(e, say)],
  'inventory-gap': (e, say) => [inventory(e, say)],
  'node-unknown': (e) => [
    {
      what: `a node with the address ${e.flow.srcIp}`,
      how: LIST_NODES,
    },
  ],
  'windows-node': () => [
    {
      what: 'translations: Windows nodes do not report them',
      how: 'nothing makes such a flow exact; run the workload on a Linux node pool to have it',
    },
  ],
  'forwarded-inbound': () => [],
  // Who was connected to it is asked apart: app/behind-relay.ts.
  dns: () => [],
  proxy: () => [],
  'egress-gateway': () => [],
  sidecar: () => [],
  'not-outbound': () => [],
};

const conntrackOf = ({ flow, conntrackCover: cover, clock }: FlowEvidence, say: Say): Missing => {
  const node = flow.node ?? flow.srcIp;
  if (cover === null) return { what: `conntrack of node ${node}: none was ingested`, how: RECORD };
  const begin = flow.begin - clock.offsetMs;
  return begin < cover.from || begin > cover.until
    ? {
        what: `conntrack of node ${node} at the time: what was ingested covers ${say(cover.from)} to ${say(cover.until)}`,
        how: RECORD,
      }
    : {
        what: `a conntrack line of this tuple: node ${node} was recorded at the time, and it has none`,
        how: `dump before recording, and record every event; ${RECORD}`,
      };
};

const inventory = ({ inventoryCover: cover, flow }: FlowEvidence, say: Say): Missing => ({
  what:
    cover === null
      ? 'a pod inventory: none was ingested'
      : flow.begin < cover.from || flow.begin > cover.until
        ? `a pod inventory at the time: what was ingested covers ${say(cover.from)} to ${say(cover.until)}`
        : 'an inventory that saw the address change hands: a watch, not single lists',
  how:
    cover !== null && cover.from === cover.until
      ? `${WATCH}; of a list, say when it was taken: unmasq ingest --at TIME pods.json`
      : WATCH,
});
