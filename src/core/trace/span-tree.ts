import type { Sighting } from '../facts.ts';

/** A span or a line with what happened under it; `sighting` is null for a span that others name as their parent and nobody told of. */
export interface TreeNode<S extends Sighting> {
  readonly sighting: S | null;
  readonly spanId: string;
  readonly traceId: string;
  readonly children: TreeNode<S>[];
}

/**
 * Spans under their parents, lines under their spans, in the order in which they began. A parent that is missing stands for itself:
 * its children are one group, and that they have no known parent is seen.
 */
export const spanTree = <S extends Sighting>(sightings: readonly S[]): readonly TreeNode<S>[] => {
  const known = new Map<string, TreeNode<S>>();
  const roots: TreeNode<S>[] = [];
  const nodes = withoutCopies(sightings).map((sighting) => nodeOf(sighting.traceId, sighting.spanId, sighting));
  const spans = nodes.filter(({ sighting }) => sighting !== null && isSpan(sighting) && sighting.spanId !== '');
  // Of one id that caller and callee share, as Zipkin has it, the caller's is the parent of the other.
  for (const node of spans.toSorted(callersFirst))
    if (!known.has(keyOf(node.traceId, node.spanId))) known.set(keyOf(node.traceId, node.spanId), node);
  // A line that names no span is its span's whose correlation id it carries, of the same pod.
  const sharing = new Map<string, TreeNode<S>>();
  for (const node of spans.toReversed())
    if (node.sighting !== null && node.sighting.ids.length > 0) sharing.set(sharedBy(node.sighting), node);
  const missing = new Map<string, TreeNode<S>>();
  const under = (node: TreeNode<S>, traceId: string, parentId: string): void => {
    const key = keyOf(traceId, parentId);
    const parent = known.get(key);
    if (parent !== undefined && !isBelow(parent, node, known)) parent.children.push(node);
    else if (parent !== undefined) roots.push(node);
    else {
      const gap = missing.get(key) ?? nodeOf<S>(traceId, parentId, null);
      if (!missing.has(key)) roots.push(gap);
      missing.set(key, gap);
      gap.children.push(node);
    }
  };
  // In the order of time, so that each list comes out in it too.
  for (const node of nodes) {
    const { sighting, traceId } = node;
    if (sighting === null) continue;
    const first = known.get(keyOf(traceId, sighting.spanId));
    if (isSpan(sighting)) {
      if (sighting.spanId !== '' && first !== node) first?.children.push(node);
      else if (sighting.parentSpanId === '') roots.push(node);
      else under(node, traceId, sighting.parentSpanId);
    } else (first ?? sharing.get(sharedBy(sighting)) ?? { children: roots }).children.push(node);
  }
  return roots;
};

export const isSpan = ({ kind }: Pick<Sighting, 'kind'>): boolean => kind !== 'log' && kind !== 'network';

/** What calls out: it opened the connection. */
export const callsOut = ({ kind }: Pick<Sighting, 'kind'>): boolean =>
  kind === 'client' || kind === 'producer' || kind === 'consumer';

const nodeOf = <S extends Sighting>(traceId: string, spanId: string, sighting: S | null): TreeNode<S> => ({
  sighting,
  traceId,
  spanId,
  children: [],
});

const keyOf = (traceId: string, spanId: string): string => `${traceId} ${spanId}`;

const sharedBy = ({ pod, ids }: Sighting): string => `${pod} ${ids.join(' ')}`;

const callersFirst = <S extends Sighting>(a: TreeNode<S>, b: TreeNode<S>): number =>
  Number(isCall(b)) - Number(isCall(a));
const isCall = ({ sighting }: TreeNode<Sighting>): boolean => sighting !== null && callsOut(sighting);

/** Spans that name each other as parents would hang in the air: broken exporters and hostile files make such rings. */
const isBelow = <S extends Sighting>(
  node: TreeNode<S>,
  above: TreeNode<S>,
  known: ReadonlyMap<string, TreeNode<S>>,
): boolean => {
  const passed = new Set<TreeNode<S>>();
  for (let at: TreeNode<S> | undefined = node; at !== undefined && !passed.has(at); ) {
    if (at === above) return true;
    passed.add(at);
    at = at.sighting === null ? undefined : known.get(keyOf(at.traceId, at.sighting.parentSpanId));
  }
  return false;
};

/** A span that two sources tell of is one: the one that tells more of its call is kept. */
const withoutCopies = <S extends Sighting>(sightings: readonly S[]): readonly S[] => {
  const kept = new Map<string, S>();
  const rest: S[] = [];
  for (const sighting of sightings) {
    if (!isSpan(sighting) || sighting.spanId === '') {
      rest.push(sighting);
      continue;
    }
    const key = `${keyOf(sighting.traceId, sighting.spanId)} ${sighting.kind}`;
    const other = kept.get(key);
    if (other === undefined || told(sighting) > told(other)) kept.set(key, sighting);
  }
  return [...kept.values(), ...rest].sort(inOrder);
};

const told = (s: Sighting): number =>
  [s.podUid !== '', s.pod !== '', s.node !== '', s.destIp !== null, s.localPort > 0].filter(Boolean).length;

export const inOrder = (a: Sighting, b: Sighting): number => a.begin - b.begin || a.beginNanos - b.beginNanos;

export const beginOf = (node: TreeNode<Sighting>): number =>
  node.sighting?.begin ??
  node.children.reduce((least, child) => Math.min(least, beginOf(child)), Number.POSITIVE_INFINITY);
