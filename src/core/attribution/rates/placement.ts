import { HOUR, type Instant, hourOf } from '../../../base/instant.ts';
import type { Workload } from '../../facts.ts';
import type { PodLease } from '../lease.ts';

/**
 * Who could have sent what, as columns. A *cell* is an hour of a node with one set of pods on it; what is sent from it is sent by one of
 * its *shares*: a workload that had pods there, or the node itself. The sets of an hour that are the same are one cell.
 */
export interface Placement {
  readonly workloads: readonly Workload[];
  readonly nodes: readonly string[];
  readonly cells: number;
  /** By cell: the node's place, and the hour. */
  readonly node: Int32Array;
  readonly hour: Float64Array;
  /** The shares of a cell: `first[cell]` to `first[cell + 1]`. The last two are the node's own: what all nodes send, and what only it does. */
  readonly first: Int32Array;
  /** By share: the workload's place; as many as there are workloads for all nodes; beyond that, by one and its place, a node. */
  readonly sender: Int32Array;
  /** By share: how many pods, and for how many seconds all of them together. A pod that possibly was there counts half. */
  readonly pods: Float64Array;
  readonly seconds: Float64Array;
  /** By share: its pods stand at `firstPod[share]` to `firstPod[share + 1]` of these; of nodes none. */
  readonly firstPod: Int32Array;
  readonly podUids: readonly string[];
  readonly podSeconds: Float64Array;
  /** By node's place, in the order of time. */
  readonly stretches: readonly Stretches[];
}

/** Times at which the cell of a node changes; on the node's own clock. */
export interface Stretches {
  readonly from: Float64Array;
  readonly cell: Int32Array;
}

interface Coming {
  readonly at: number;
  readonly lease: PodLease;
  /** What it adds to the pod's presence: an edge that is a band counts half from its beginning on. */
  readonly by: number;
}

/** Where the pods were in `[from, until)`, hour by hour. Nodes that are not named by a lease have cells of their own. */
export const placementOf = (
  leases: readonly PodLease[],
  nodeNames: readonly string[],
  from: Instant,
  until: Instant,
): Placement => {
  const own = leases.filter((lease) => !lease.hostNetwork && lease.mayFrom < until && lease.mayUntil > from);
  const byNode = Map.groupBy(own, ({ node }) => node);
  const nodes = [...new Set([...nodeNames, ...byNode.keys()])].sort();
  const workloads = new Map<string, { readonly place: number; readonly workload: Workload }>();
  for (const { workload } of own) {
    const name = nameOf(workload);
    if (!workloads.has(name)) workloads.set(name, { place: workloads.size, workload });
  }
  const made = building();
  const stretches = nodes.map((node, place) => {
    const pods = onceEach(byNode.get(node) ?? []);
    return made.node(place, comingsOf(pods), from, until);
  });
  return made.done(
    [...workloads.values()].map(({ workload }) => workload),
    nodes,
    stretches,
    (lease) => (workloads.get(nameOf(lease.workload)) as { place: number }).place,
  );
};

const nameOf = ({ namespace, kind, name }: Workload): string => `${namespace}/${kind}/${name}`;

/** A pod with two addresses has two leases, and is one pod. */
const onceEach = (leases: readonly PodLease[]): readonly PodLease[] => [
  ...new Map(leases.map((lease) => [lease.podUid, lease])).values(),
];

const comingsOf = (leases: readonly PodLease[]): readonly Coming[] =>
  leases
    .flatMap((lease) => {
      const { mayFrom, heldFrom, heldUntil, mayUntil } = lease;
      const isHeld = heldFrom < heldUntil;
      return isHeld
        ? [
            { at: mayFrom, lease, by: 0.5 },
            { at: heldFrom, lease, by: 0.5 },
            { at: heldUntil, lease, by: -0.5 },
            { at: mayUntil, lease, by: -0.5 },
          ]
        : [
            { at: mayFrom, lease, by: 0.5 },
            { at: mayUntil, lease, by: -0.5 },
          ];
    })
    .sort((a, b) => a.at - b.at);

interface Cell {
  readonly node: number;
  readonly hour: number;
  readonly present: ReadonlyMap<PodLease, number>;
  seconds: number;
}

const building = () => {
  const cells: Cell[] = [];
  return {
    /** The stretches of one node, whose cells are made. */
    node: (node: number, comings: readonly Coming[], from: number, until: number): Stretches => {
      const present = new Map<PodLease, number>();
      const ofHour = new Map<string, number>();
      const stretches: { at: number; cell: number }[] = [];
      let next = 0;
      for (let at = from, hour = Number.NaN; at < until; ) {
        for (; next < comings.length && (comings[next] as Coming).at <= at; next++) {
          const { lease, by } = comings[next] as Coming;
          const left = (present.get(lease) ?? 0) + by;
          if (left > 0) present.set(lease, left);
          else present.delete(lease);
        }
        const hourNow = hourOf(at as Instant);
        if (hourNow !== hour) ofHour.clear();
        hour = hourNow;
        const end = Math.min(until, hour + HOUR, comings[next]?.at ?? until);
        const key = [...present]
          .map(([{ podUid }, share]) => `${podUid} ${share}`)
          .sort()
          .join('\n');
        let cell = ofHour.get(key);
        if (cell === undefined) {
          cell = cells.push({ node, hour, present: new Map(present), seconds: 0 }) - 1;
          ofHour.set(key, cell);
        }
        (cells[cell] as Cell).seconds += (end - at) / 1_000;
        stretches.push({ at, cell });
        at = end;
      }
      return {
        from: Float64Array.from(stretches, ({ at }) => at),
        cell: Int32Array.from(stretches, ({ cell }) => cell),
      };
    },
    done: (
      workloads: readonly Workload[],
      nodes: readonly string[],
      stretches: readonly Stretches[],
      placeOf: (lease: PodLease) => number,
    ): Placement => {
      const first = [0];
      const [sender, pods, seconds]: [number[], number[], number[]] = [[], [], []];
      const firstPod = [0];
      const [podUids, podSeconds]: [string[], number[]] = [[], []];
      for (const cell of cells) {
        const byWorkload = Map.groupBy(cell.present, ([lease]) => placeOf(lease));
        for (const [place, there] of [...byWorkload].sort(([a], [b]) => a - b)) {
          sender.push(place);
          pods.push(there.reduce((sum, [, share]) => sum + share, 0));
          seconds.push((pods.at(-1) as number) * cell.seconds);
          for (const [{ podUid }, share] of there) {
            podUids.push(podUid);
            podSeconds.push(share * cell.seconds);
          }
          firstPod.push(podUids.length);
        }
        for (const own of [workloads.length, workloads.length + 1 + cell.node]) {
          sender.push(own);
          pods.push(1);
          seconds.push(cell.seconds);
          firstPod.push(podUids.length);
        }
        first.push(sender.length);
      }
      return {
        workloads,
        nodes,
        cells: cells.length,
        node: Int32Array.from(cells, ({ node }) => node),
        hour: Float64Array.from(cells, ({ hour }) => hour),
        first: Int32Array.from(first),
        sender: Int32Array.from(sender),
        pods: Float64Array.from(pods),
        seconds: Float64Array.from(seconds),
        firstPod: Int32Array.from(firstPod),
        podUids,
        podSeconds: Float64Array.from(podSeconds),
        stretches,
      };
    },
  };
};
