import { MINUTE } from '../../base/instant.ts';
import type { Sighting } from '../facts.ts';
import type { LeaseRow, PodsTold } from '../ports.ts';

/** What is to be looked up in the inventory for these sightings. */
export const toldBy = (sightings: readonly Sighting[]): PodsTold => {
  const each = (of: (s: Sighting) => readonly (string | null)[]): readonly string[] =>
    [...new Set(sightings.flatMap(of).filter((text) => text !== null && text !== ''))] as string[];
  return {
    uids: each((s) => [s.podUid]),
    names: each((s) => [s.pod]),
    ips: each((s) => [s.podIp, s.destIp, s.clientIp]),
  };
};

/** Pods of the inventory by what a sighting tells of them. */
export class TellingPods {
  private readonly byUid: ReadonlyMap<string, readonly LeaseRow[]>;
  private readonly byName: ReadonlyMap<string, readonly LeaseRow[]>;
  private readonly byIp: ReadonlyMap<string, readonly LeaseRow[]>;

  constructor(leases: readonly LeaseRow[]) {
    this.byUid = Map.groupBy(leases, (lease) => lease.uid);
    this.byName = Map.groupBy(leases, (lease) => lease.name);
    // The address of a pod on the host network is the node's, and tells of no pod.
    this.byIp = Map.groupBy(
      leases.filter((lease) => !lease.hostNetwork),
      (lease) => lease.ip,
    );
  }

  /**
   * The pod that a sighting is of: by its UID, else by its name, else by its address. null: the inventory knows none, or several, and
   * then no guess is made.
   */
  of(sighting: Sighting): LeaseRow | null {
    const byUid = this.byUid.get(sighting.podUid)?.[0];
    if (byUid !== undefined) return byUid;
    const { namespace, node, pod } = sighting;
    const named = (this.byName.get(pod) ?? []).filter(
      (lease) => (namespace === '' || lease.namespace === namespace) && (node === '' || lease.node === node),
    );
    // A name that the inventory does not know may be no pod's: a container's id, a host.
    return named.length === 0 && sighting.podIp !== null ? this.at(sighting.podIp, sighting) : only(named, sighting);
  }

  /** The pod that held an address during a sighting. */
  at(ip: string, during: Pick<Sighting, 'begin' | 'until'>): LeaseRow | null {
    return only(this.byIp.get(ip) ?? [], during);
  }
}

/** Leases begin and end by stamps of whole seconds; a name is rarely given twice, an address soon. */
const AROUND = MINUTE;

const only = (leases: readonly LeaseRow[], { begin, until }: Pick<Sighting, 'begin' | 'until'>): LeaseRow | null => {
  const [one, ...more] = new Map(
    leases.filter((l) => l.heldFrom <= until && begin < l.heldUntil).map((lease) => [lease.uid, lease]),
  ).values();
  if (one !== undefined) return more.length === 0 ? one : null;
  const near = leases.filter(
    (l) => l.mayFrom <= until + AROUND && begin - AROUND < (l.mayUntil ?? Number.POSITIVE_INFINITY),
  );
  const [maybe, ...others] = new Map(near.map((lease) => [lease.uid, lease])).values();
  return maybe !== undefined && others.length === 0 ? maybe : null;
};
