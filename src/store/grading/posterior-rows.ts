import type { Table } from '../../base/table.ts';
import type { Sure } from '../../core/attribution/rates/verdict-by-rates.ts';
import { CandidateColumns, type Candidates } from './candidates.ts';
import type { Kind } from './day-tallies.ts';

export const SURE: Readonly<Record<Sure, number>> = { none: 0, workload: 1, node: 2 };

/** Rows of the table `posterior`, as they are made. */
export class PosteriorRows {
  private readonly destIp: number[] = [];
  private readonly destPort: number[] = [];
  private readonly protocol: number[] = [];
  private readonly class: number[] = [];
  private readonly cell: number[] = [];
  private readonly sure: number[] = [];
  private readonly candidates = new CandidateColumns();

  get rows(): number {
    return this.cell.length;
  }

  /** What the flows of one kind from one cell are. */
  add(kind: Kind, cell: number, candidates: Candidates, sure: Sure): void {
    for (const byte of kind.destIp) this.destIp.push(byte);
    this.destPort.push(kind.destPort);
    this.protocol.push(kind.protocol);
    this.class.push(kind.class);
    this.cell.push(cell);
    this.sure.push(SURE[sure]);
    this.candidates.add(candidates);
  }

  table(): Table {
    return {
      rows: this.rows,
      columns: {
        dest_ip: { type: 'IPv6', values: Uint8Array.from(this.destIp) },
        dest_port: { type: 'UInt16', values: Uint16Array.from(this.destPort) },
        protocol: { type: 'UInt8', values: Uint8Array.from(this.protocol) },
        class: { type: 'UInt8', values: Uint8Array.from(this.class) },
        cell: { type: 'UInt32', values: Uint32Array.from(this.cell) },
        sure: { type: 'UInt8', values: Uint8Array.from(this.sure) },
        ...this.candidates.columns(),
      },
    };
  }
}
