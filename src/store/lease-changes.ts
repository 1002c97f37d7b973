/** The bands of a lease of a pod, or of a node, which has no `held`. */
interface Banded {
  readonly mayFrom: number;
  readonly heldFrom?: number;
  readonly heldUntil?: number;
  readonly mayUntil: number;
}

export interface LeaseChange<Lease> {
  readonly lease: Lease;
  /** Where one of the two says otherwise than the other. */
  readonly from: number;
  readonly until: number;
}

/**
 * How two sets of leases differ. A lease whose edge moved differs between where the edge was and where it is: of a pod that is seen again
 * only the stretch since it was seen before, not its whole life.
 */
export const leaseChanges = <Lease extends Banded>(
  before: readonly Lease[],
  after: readonly Lease[],
): LeaseChange<Lease>[] => {
  const [old, now] = [byWho(before), byWho(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((who) => {
    const [was, is] = [old.get(who) ?? [], now.get(who) ?? []];
    const [one, other] = [was[0], is[0]];
    if (was.length === 1 && is.length === 1 && one !== undefined && other !== undefined) return moved(one, other);
    return [...was, ...is].map((lease) => ({ lease, from: lease.mayFrom, until: lease.mayUntil }));
  });
};

const byWho = <Lease extends Banded>(leases: readonly Lease[]): Map<string, Lease[]> =>
  Map.groupBy(leases, (lease) =>
    JSON.stringify({ ...lease, mayFrom: null, heldFrom: null, heldUntil: null, mayUntil: null }),
  );

const moved = <Lease extends Banded>(was: Lease, is: Lease): LeaseChange<Lease>[] => {
  const edges = (['mayFrom', 'heldFrom', 'heldUntil', 'mayUntil'] as const).flatMap((edge) => {
    const [a, b] = [was[edge], is[edge]];
    return a === undefined || b === undefined || a === b ? [] : [a, b];
  });
  return edges.length === 0 ? [] : [{ lease: is, from: Math.min(...edges), until: Math.max(...edges) }];
};
