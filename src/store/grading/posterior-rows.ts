import type { Table } from '../../base/table.ts';
import type { Placement } from '../../core/attribution/rates/placement.ts';
import type { Kind } from './day-tallies.ts';

/** Less is left out of a posterior: of ten thousand flows not five. */
const LEAST = 0.0005;

const SURE = { none: 0, workload: 1, node: 2 } as const;

/** What one cell's flows of one kind are: the probability of each of the cell's shares. */
export interface CellPosterior {
  readonly kind: Kind;
  readonly cell: number;
  /** By share of the cell, in the placement's order: all that is the node's in the last. */
  readonly probabilities: Float64Array;
  readonly sure: keyof typeof SURE;
}

/** Rows of the table `posterior`, as they are made. */
export class PosteriorRows {
  private readonly destIp: number[] = [];
  private readonly destPort: number[] = [];
  private readonly protocol: number[] = [];
  private readonly class: number[] = [];
  private readonly cell: number[] = [];
  private readonly sure: number[] = [];
  private readonly node: number[] = [];
  private readonly workload: number[] = [];
  private readonly ends: number[] = [];
  private readonly uids: number[] = [];
  private readonly probabilities: number[] = [];
  private readonly words: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly placement: Placement;

  constructor(placement: Placement) {
    this.placement = placement;
  }

  get rows(): number {
    return this.cell.length;
  }

  add({ kind, cell, probabilities, sure }: CellPosterior): void {
    const { first, firstPod, podUids, podSeconds } = this.placement;
    const from = first[cell] as number;
    const ofNode = probabilities.length - 1;
    const shares = Array.from(probabilities.subarray(0, ofNode - 1).keys())
      .filter((share) => (probabilities[share] as number) >= LEAST)
      .sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b);
    const node = (probabilities[ofNode] as number) >= LEAST ? (probabilities[ofNode] as number) : 0;
    const all = shares.reduce((sum, share) => sum + (probabilities[share] as number), node);
    for (const share of shares) {
      const [pod, until] = [firstPod[from + share] as number, firstPod[from + share + 1] as number];
      const seconds = podSeconds.subarray(pod, until);
      const together = seconds.reduce((sum, one) => sum + one, 0);
      const pods = Array.from(seconds.keys()).sort((a, b) => (seconds[b] as number) - (seconds[a] as number));
      for (const one of pods) {
        this.uids.push(this.placeOf(podUids[pod + one] as string));
        this.probabilities.push(((probabilities[share] as number) / all) * ((seconds[one] as number) / together));
      }
    }
    for (const byte of kind.destIp) this.destIp.push(byte);
    this.destPort.push(kind.destPort);
    this.protocol.push(kind.protocol);
    this.class.push(kind.class);
    this.cell.push(cell);
    this.sure.push(SURE[sure]);
    this.node.push(node / all);
    this.workload.push(shares.length === 0 ? 0 : (probabilities[shares[0] as number] as number) / all);
    this.ends.push(this.uids.length);
  }

  table(): Table {
    const ends = BigUint64Array.from(this.ends, BigInt);
    return {
      rows: this.rows,
      columns: {
        dest_ip: { type: 'IPv6', values: Uint8Array.from(this.destIp) },
        dest_port: { type: 'UInt16', values: Uint16Array.from(this.destPort) },
        protocol: { type: 'UInt8', values: Uint8Array.from(this.protocol) },
        class: { type: 'UInt8', values: Uint8Array.from(this.class) },
        cell: { type: 'UInt32', values: Uint32Array.from(this.cell) },
        sure: { type: 'UInt8', values: Uint8Array.from(this.sure) },
        pod_uids: { type: 'Dictionaries', ends, values: Uint32Array.from(this.uids), words: this.words },
        probabilities: { type: 'Floats', ends, values: Float32Array.from(this.probabilities) },
        node_probability: { type: 'Float32', values: Float32Array.from(this.node) },
        workload_probability: { type: 'Float32', values: Float32Array.from(this.workload) },
      },
    };
  }

  private placeOf(uid: string): number {
    const known = this.places.get(uid);
    if (known !== undefined) return known;
    this.places.set(uid, this.words.length);
    return this.words.push(uid) - 1;
  }
}
