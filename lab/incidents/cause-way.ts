/** Trouble on the way: packets that are lost, or that somebody does not let through. And pods that end. */
import {
  calls,
  type Denied,
  type Draft,
  type DrawCause,
  EGRESS_PORTS,
  fromUntil,
  pickDestination,
  pickHabit,
  podsOf,
  span,
} from './causes.ts';
import { addCalls, addReplacement } from './cluster.ts';

const forward = (name: string, rules: readonly string[], priority = 0): string =>
  `table inet ${name} {\n chain forward {\n type filter hook forward priority ${priority}\n ${rules.join('\n ')}\n }\n}\n`;
const without = (name: string): string => `delete table inet ${name}\n`;

export const pathLoss: DrawCause = (draft) => {
  const { random, cluster, endMs } = draft;
  const isOfNode = random.next() < 0.3;
  const to = pickDestination(draft);
  // Of few calls none would fail: a packet that is lost is sent again.
  for (const pod of cluster.pods)
    if (pod.workload.habits.some((habit) => habit.to === to))
      addCalls(random, pod, to, { perSecond: 2, fromMs: pod.startMs ?? 0, untilMs: endMs });
  const node = random.pick(cluster.nodes);
  const permille = random.whole(120, 300);
  const whom = isOfNode ? node.ip : to.address;
  // After the translation behind the nodes is undone, before it is made: both directions show the node's address.
  const rules = [`ip saddr ${whom}`, `ip daddr ${whom}`].map(
    (match) => `${match} numgen random mod 1000 < ${permille} drop`,
  );
  return {
    ...span(draft),
    cause: 'path-loss',
    destination: isOfNode ? null : to,
    workload: null,
    node: isOfNode ? node.name : null,
    parameters: { lost: permille / 1_000 },
    steps: fromUntil(
      draft,
      ({ nft }) => nft('fabric', forward('loss', rules)),
      ({ nft }) => nft('fabric', without('loss')),
    ),
    hits: isOfNode ? (pod) => pod.spec.node.index === node.index : calls(to),
  };
};

/** A NetworkPolicy at the nodes, or a security group at the NIC, which logs what it denies. */
export const policyDenied: DrawCause = (draft) => {
  const { random, cluster } = draft;
  const how = random.pick(['policy-to-destination', 'policy-to-all', 'security-group'] as const);
  if (how === 'security-group') return deniedOnTheWay(draft, 'security-group');
  const { workload, to } = pickHabit(draft);
  const pods = cluster.pods.filter((pod) => pod.workload === workload);
  const sources = pods.map(({ spec, host }) => `10.244.${spec.node.index}.${host}`).join(', ');
  const match = `ip saddr { ${sources} }${how === 'policy-to-all' ? '' : ` ip daddr ${to.address}`} ct state new drop`;
  return {
    ...span(draft),
    cause: 'policy-denied',
    destination: how === 'policy-to-all' ? null : to,
    workload,
    node: null,
    parameters: { how },
    steps: fromUntil(
      draft,
      async ({ nft, nodes }) => {
        for (const node of nodes) await nft({ node }, forward('netpol', [match]));
      },
      async ({ nft, nodes }) => {
        for (const node of nodes) await nft({ node }, without('netpol'));
      },
    ),
    toldBy: 'applications',
    hits: (pod, call) => pod.workload === workload && (how === 'policy-to-all' || calls(to)(pod, call)),
  };
};

export const firewallDenied: DrawCause = (draft) => {
  draft.egress.kind = 'firewall';
  draft.egress.ports = EGRESS_PORTS.firewall;
  return deniedOnTheWay(draft, 'firewall');
};

const deniedOnTheWay = (draft: Draft, by: Denied['by']): ReturnType<DrawCause> => {
  const to = pickDestination(draft);
  const rule = by === 'firewall' ? 'Default Action' : 'UserRule_deny-partner-outbound';
  return {
    ...span(draft),
    cause: by === 'firewall' ? 'firewall-denied' : 'policy-denied',
    destination: to,
    workload: null,
    node: null,
    parameters: { how: by },
    denied: { by, address: to.address, rule, ...span(draft) },
    steps: fromUntil(
      draft,
      // As both do: what was let through before goes on.
      ({ nft }) => nft('fabric', forward('denied', [`ip daddr ${to.address} ct state new drop`])),
      ({ nft }) => nft('fabric', without('denied')),
    ),
    hits: calls(to),
  };
};

/** Each has another pod start in its place, which is a process more. */
const MOST_ENDED = 4;

/** All pods of a workload, or of a node, are told to end while calls are under way. */
export const terminating: DrawCause = (draft) => {
  const { random, cluster, fromMs, endMs } = draft;
  const isNode = cluster.nodes.length > 1 && random.next() < 0.4;
  const { workload, to } = pickHabit(draft);
  const node = random.pick(cluster.nodes);
  const chosen = isNode ? cluster.pods.filter(({ spec }) => spec.node.index === node.index) : podsOf(draft, workload);
  const pods = chosen
    .filter(({ startMs, deletedAtMs }) => startMs === null && deletedAtMs === null)
    .slice(0, MOST_ENDED);
  for (const [i, pod] of pods.entries()) {
    pod.deletedAtMs = fromMs + i * random.between(100, isNode ? 500 : 1_500);
    addCalls(random, pod, to, { perSecond: 4, fromMs: 0, untilMs: endMs });
    const others = isNode ? cluster.nodes.filter((each) => each !== node) : cluster.nodes;
    const startMs = pod.deletedAtMs + random.between(800, 2_500);
    addReplacement(random, cluster, pod, { node: random.pick(others), startMs, endMs });
  }
  return {
    ...span(draft),
    untilMs: null,
    cause: 'terminating',
    destination: null,
    workload: isNode ? null : workload,
    node: isNode ? node.name : null,
    parameters: { pods: pods.length },
    steps: [
      { atMs: null, act: ({ outside }) => outside({ treat: [{ address: to.address, latencyMs: [300, 1_100] }] }) },
    ],
    hits: (pod) => pods.includes(pod),
  };
};
