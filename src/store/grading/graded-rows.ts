import type { Column, Table } from '../../base/table.ts';
import type { Sure } from '../../core/attribution/rates/verdict-by-rates.ts';
import { CandidateColumns, type Candidates } from './candidates.ts';

const SURE: Readonly<Record<Sure, number>> = { none: 0, workload: 1, node: 2 };

/** Rows of a table that says who flows to a destination may be from, as they are made. What else it says of them is its `Own`. */
export class GradedRows<Own> {
  private readonly own: Own[] = [];
  private readonly destIp: number[] = [];
  private readonly sure: number[] = [];
  private readonly candidates = new CandidateColumns();

  add(destIp: Uint8Array, own: Own, candidates: Candidates, sure: Sure): void {
    for (const byte of destIp) this.destIp.push(byte);
    this.own.push(own);
    this.sure.push(SURE[sure]);
    this.candidates.add(candidates);
  }

  table(columnsOf: (own: readonly Own[]) => Readonly<Record<string, Column>>): Table {
    return {
      rows: this.own.length,
      columns: {
        dest_ip: { type: 'IPv6', values: Uint8Array.from(this.destIp) },
        ...columnsOf(this.own),
        sure: { type: 'UInt8', values: Uint8Array.from(this.sure) },
        ...this.candidates.columns(),
      },
    };
  }
}
