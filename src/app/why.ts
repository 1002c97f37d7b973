import { type Instant, renderInstant } from '../base/instant.ts';
import { type Reason, REASONS } from '../core/attribution/verdict.ts';
import type { EgressPath, PathOf } from '../core/egress/egress-path.ts';
import type { FlowEvidence, FlowRow, LeaseRow, SourceRow, TranslationRow, VerdictKind } from '../core/ports.ts';
import { type Accuracy, accuracyOf } from './accuracy.ts';
import { renderEndpoint } from './address.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { type FlowLine, flowLine, pathUntold } from './flow-line.ts';
import { type Behind, missingBehind, relayFacts } from './behind-relay.ts';
import { type Missing, missingFor } from './missing.ts';

/** One observed fact: what was seen, by which source, when. */
export interface Fact {
  readonly text: string;
  readonly source: string;
  readonly at: string | null;
}

export interface WhyReport {
  readonly schemaVersion: 1;
  readonly kind: 'WhyReport';
  readonly query: { readonly flow: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly flow: FlowLine;
  readonly verdict: { readonly kind: VerdictKind; readonly reason: Reason | null; readonly says: string };
  /** How it left, and by which rule. */
  readonly egress: { readonly path: EgressPath; readonly why: string };
  readonly for: readonly Fact[];
  readonly against: readonly Fact[];
  readonly ruledOut: readonly Fact[];
  /** Of what a relay of the cluster sent: who was connected to it then. Absent for every other flow. */
  readonly behind?: Behind;
  readonly missing: readonly Missing[];
  /** Of a flow that the rates name; else null. */
  readonly accuracy: Accuracy | null;
  readonly clock: {
    readonly node: string | null;
    readonly offsetMs: number;
    readonly uncertaintyMs: number;
    readonly pairs: number;
  };
  readonly leases: readonly {
    readonly pod: string;
    readonly podUid: string;
    readonly ip: string;
    readonly node: string;
    readonly hostNetwork: boolean;
    readonly mayFrom: string;
    readonly heldFrom: string;
    readonly heldUntil: string;
    readonly mayUntil: string | null;
  }[];
  readonly translations: readonly {
    readonly origin: string;
    readonly from: string;
    readonly until: string;
    readonly opened: boolean;
    readonly closed: boolean;
    readonly objects: readonly string[];
  }[];
  readonly records: readonly {
    readonly at: string;
    readonly state: string;
    readonly mac: string;
    readonly rule: string;
    readonly bytesOut: number;
    readonly bytesIn: number;
  }[];
}

/** Writes a moment inside a sentence: UTC for programs, the user's zone for a person. */
export type Say = (at: Instant) => string;

/** What a verdict rests on, as facts and sentences. */
export const whyReport = (
  asked: string,
  evidence: FlowEvidence,
  sources: readonly SourceRow[],
  say: Say,
  behind: Behind | null = null,
  pathOf: PathOf = pathUntold,
): WhyReport => {
  const { flow, clock, leases, translations, records } = evidence;
  const sides = weigh(evidence, say);
  const { path, why } = pathOf({ ip: flow.srcIp, node: flow.node }, flow.destIp);
  return {
    schemaVersion: 1,
    kind: 'WhyReport',
    query: { flow: asked },
    sources: sources.map(sourceLine),
    completeness: completenessOf({ from: flow.begin, until: flow.last, chosen: true }, sources, []),
    flow: flowLine(flow, pathOf),
    verdict: { kind: flow.verdict, reason: flow.reason, says: verdictSays(flow) },
    egress: { path, why },
    ...sides,
    for: [...sides.for, ...(behind === null ? [] : relayFacts(flow, behind, say))],
    ...(behind === null ? {} : { behind }),
    missing: [...missingFor(evidence, say), ...(behind === null ? [] : missingBehind(flow, behind))],
    accuracy: flow.chances.length > 0 ? accuracyOf(evidence.accuracy) : null,
    clock: { node: flow.node, ...clock },
    leases: leases.map(leaseLine),
    translations: translations.map((t) => ({
      origin: renderEndpoint(t.originIp, t.originPort),
      from: renderInstant(t.seenFrom),
      until: renderInstant(t.seenUntil),
      opened: t.opened,
      closed: t.closed,
      objects: t.objects,
    })),
    records: records.map((record) => ({ ...record, at: renderInstant(record.at) })),
  };
};

const leaseLine = (lease: LeaseRow): WhyReport['leases'][number] => ({
  pod: `${lease.namespace}/${lease.name}`,
  podUid: lease.uid,
  ip: lease.ip,
  node: lease.node,
  hostNetwork: lease.hostNetwork,
  mayFrom: renderInstant(lease.mayFrom),
  heldFrom: renderInstant(lease.heldFrom),
  heldUntil: renderInstant(lease.heldUntil),
  mayUntil: lease.mayUntil === null ? null : renderInstant(lease.mayUntil),
});

/** The verdict in one sentence. */
const verdictSays = ({ verdict, reason, pod, candidates, candidateCount, node }: FlowRow): string => {
  const because = reason === null ? '' : `: ${REASONS[reason]}`;
  const [only] = candidates;
  switch (verdict) {
    case 'exact':
      return `pod ${pod === null ? 'unknown' : `${pod.namespace}/${pod.name}`} made this flow`;
    case 'probable':
      return `one workload very probably made this flow${because}`;
    case 'ambiguous':
      return candidateCount === 1 && only !== undefined && only !== null
        ? `only pod ${only.namespace}/${only.name} is possible, and it is not proven${because}`
        : `one of ${candidateCount} candidates made this flow${because}`;
    case 'relayed':
      return pod === null
        ? `the sender on the wire only forwarded this flow${because}`
        : `pod ${pod.namespace}/${pod.name} sent this flow and only forwarded it${because}`;
    case 'node':
      return `node ${node ?? ''} itself (or a pod on its host network) made this flow`.replace('  ', ' ');
    case 'unattributed':
      return `nobody can be named${because}`;
  }
};

/** Facts that bear on the verdict, each on its side. */
const weigh = (
  { flow, translations, leases, clock, gaps }: FlowEvidence,
  say: Say,
): Pick<WhyReport, 'for' | 'against' | 'ruledOut'> => {
  const begin = flow.begin - clock.offsetMs - clock.uncertaintyMs;
  const last = flow.last - clock.offsetMs + clock.uncertaintyMs;
  const near = (from: number, until: number | null): boolean => from <= last && (until === null || begin <= until);
  const alive = translations.filter((t) => near(t.mayFrom, t.mayUntil));
  const gone = translations.filter((t) => !alive.includes(t));
  const origins = new Set([...alive.map((t) => t.originIp), ...(flow.translated ? [] : [flow.srcIp])]);
  const own = leases.filter((lease) => !lease.hostNetwork);
  const holding = own.filter((l) => origins.has(l.ip) && near(l.mayFrom, l.mayUntil));
  const others = own.filter((l) => !holding.includes(l));
  const hosts = leases.filter((l) => l.hostNetwork && near(l.mayFrom, l.mayUntil));
  const named = (lease: LeaseRow): boolean => flow.pod === null || lease.uid === flow.pod.uid;
  const conntrack = `conntrack of ${flow.node ?? flow.srcIp}`;
  return {
    for: [
      ...sightedFacts(flow),
      ...ratesFacts(flow),
      ...alive.map((t) => ({ text: translationSays(t, flow, say), source: conntrack, at: renderInstant(t.seenFrom) })),
      ...holding.filter(named).map((lease) => leaseFact(lease, say)),
      ...(flow.verdict === 'node' && hosts.length > 0
        ? [inventoryFact(`on the node's own network at the time: ${namesOf(hosts)}`)]
        : []),
    ],
    against: [
      ...(flow.reason === null || flow.pod !== null
        ? []
        : [{ text: REASONS[flow.reason], source: 'attribution', at: null }]),
      ...holding.filter((lease) => !named(lease)).map((lease) => leaseFact(lease, say)),
      ...gaps.map((gap) => ({
        text: `lines may be lost from ${say(gap.from)} to ${gap.until === null ? 'an unknown end' : say(gap.until)}: ${gap.why}`,
        source: conntrack,
        at: renderInstant(gap.from),
      })),
    ],
    ruledOut: [
      ...gone.map((t) => ({
        text: `${renderEndpoint(t.originIp, t.originPort)} had the same tuple from ${say(t.seenFrom)} to ${say(t.seenUntil)}, ${t.seenFrom > last ? 'after' : 'before'} this flow`,
        source: conntrack,
        at: renderInstant(t.seenFrom),
      })),
      ...others.map((lease) => ({
        text: notHeld(lease, origins, last, say),
        source: 'pod inventory',
        at: renderInstant(lease.heldFrom),
      })),
      ...(flow.verdict === 'exact' && flow.translated
        ? [{ text: notTheNode(hosts), source: conntrack, at: null }]
        : []),
    ],
  };
};

/** What applications told, beside what the rates alone would say. */
const sightedFacts = ({ sighted, candidates }: FlowRow): readonly Fact[] => {
  if (sighted === null) return [];
  const { sightings, byPort, byName, byLearned, before } = sighted;
  const [first] = candidates;
  const who = first === null || first === undefined ? 'a pod' : `${first.namespace}/${first.name}`;
  const what = byPort > 0 ? 'with the port of this flow' : 'when this flow was alive';
  const calls = sightings === 1 ? 'one call' : `${sightings} calls`;
  return [
    {
      text: `applications on this node told of ${calls} to this destination ${what}; the likeliest is ${who}; by rates alone the pod that told is ${(before * 100).toFixed(1)}%`,
      source: 'sightings',
      at: null,
    },
    ...(byName > byLearned ? [byNameFact(byName - byLearned, 'other sightings tell that name with this address')] : []),
    ...(byLearned > 0
      ? [byNameFact(byLearned, 'that it has this address was learned, as flows to it come with calls to the name')]
      : []),
  ];
};

const byNameFact = (calls: number, how: string): Fact => ({
  text: `${calls === 1 ? 'one call' : `${calls} calls`} told only the name of the destination: ${how}`,
  source: 'sightings',
  at: null,
});

const RATED = 3;

/** What the rates say of the likeliest, all pods of a workload together. */
const ratesFacts = ({ candidates, chances, probable }: FlowRow): readonly Fact[] => {
  if (probable === null) return [];
  const bySender = new Map<string, { chance: number; pods: number }>();
  for (const [i, pod] of candidates.entries()) {
    const name = pod === null ? 'the node itself' : `${pod.workload.namespace}/${pod.workload.name}`;
    const before = bySender.get(name) ?? { chance: 0, pods: 0 };
    bySender.set(name, { chance: before.chance + (chances[i] as number), pods: before.pods + Number(pod !== null) });
  }
  const named = [...bySender].sort(([, a], [, b]) => b.chance - a.chance).slice(0, RATED);
  return named.map(([name, { chance, pods }]) => ({
    text: `of such flows from this node in this hour, ${(chance * 100).toFixed(1)}% are from ${name}${pods > 1 ? ` (${pods} pods there)` : ''}`,
    source: 'rates',
    at: null,
  }));
};

const notHeld = (lease: LeaseRow, origins: ReadonlySet<string>, last: number, say: Say): string => {
  const pod = `pod ${lease.namespace}/${lease.name}`;
  if (!origins.has(lease.ip)) return `${pod} held ${lease.ip}, which this flow did not come from`;
  const when =
    lease.mayFrom > last
      ? `but not before ${say(lease.mayFrom)}`
      : `but only until ${say(lease.mayUntil ?? lease.heldUntil)}`;
  return `${pod} held ${lease.ip} too, ${when}`;
};

const notTheNode = (hosts: readonly LeaseRow[]): string =>
  `the node itself${hosts.length === 0 ? '' : ` and what shares its network (${namesOf(hosts)})`}: the connection began at a pod address`;

const NAMED = 5;

const namesOf = (leases: readonly LeaseRow[]): string => {
  const names = [...new Set(leases.map((lease) => `${lease.namespace}/${lease.name}`))].sort();
  return `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;
};

const inventoryFact = (text: string): Fact => ({ text, source: 'pod inventory', at: null });

const translationSays = (t: TranslationRow, flow: FlowRow, say: Say): string => {
  const dest = renderEndpoint(flow.destIp, flow.destPort);
  const wire = renderEndpoint(flow.srcIp, flow.srcPort);
  const begin = t.opened ? `opened ${say(t.seenFrom)} (NEW)` : `first seen ${say(t.seenFrom)}`;
  const end = t.closed ? `closed ${say(t.seenUntil)}` : `last seen ${say(t.seenUntil)}, end not seen`;
  if (t.originIp === flow.srcIp) {
    return flow.translated
      ? `the node's own address opened this connection to ${dest}: ${begin}, ${end}`
      : `${wire} → ${dest} left as it is: ${begin}, ${end}`;
  }
  return `${renderEndpoint(t.originIp, t.originPort)} → ${dest} left as ${wire}: ${begin}, ${end}`;
};

const leaseFact = (lease: LeaseRow, say: Say): Fact => ({
  text: `pod ${lease.namespace}/${lease.name} held ${lease.ip}: ${held(lease, say)}`,
  source: 'pod inventory',
  at: renderInstant(lease.heldFrom),
});

/** A lease that no look proved has an empty certain part. */
const held = ({ mayFrom, heldFrom, heldUntil, mayUntil }: LeaseRow, say: Say): string => {
  const possible = `possibly ${say(mayFrom)} to ${mayUntil === null ? 'no known end' : say(mayUntil)}`;
  return heldFrom < heldUntil ? `surely ${say(heldFrom)} to ${say(heldUntil)}, ${possible}` : possible;
};
