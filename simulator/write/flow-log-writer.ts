import { TextBuffer } from '../../src/formats/text-buffer.ts';
import { blobPath, type Estate, recordAround } from '../estate.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import type { Random } from '../random.ts';
import type { AppendedFiles } from './appended-files.ts';
import { type RecordTally, recordTally } from './tallies.ts';

export type State = 'B' | 'C' | 'E' | 'D';

/** The rules that a record is filed under; the number of one is its place here. */
const RULES = [
  'DefaultRule_AllowInternetOutBound',
  'DefaultRule_AllowVnetOutBound',
  'DefaultRule_AllowVnetInBound',
  'k8s-azure-lb_allow_IPv4_556f7044ec033071ec0dfcc7cd85bc93',
  'UserRule_deny-egress-partners',
] as const;
export const RULE = { internetOut: 0, vnetOut: 1, vnetIn: 2, loadBalancer: 3, deny: 4 } as const;
export type Rule = (typeof RULE)[keyof typeof RULE];
export const ruleName = (rule: Rule): string => RULES[rule];

export interface FlowTuple {
  atMs: number;
  src: Uint8Array;
  dest: Uint8Array;
  srcPort: number;
  destPort: number;
  protocol: 6 | 17;
  isOut: boolean;
  state: State;
  packetsOut: number;
  bytesOut: number;
  packetsIn: number;
  bytesIn: number;
  rule: Rule;
}

export interface FlowLogOptions {
  readonly startMs: number;
  readonly lose: number;
  readonly late: number;
}

/** Room for the longest tuple: two IPv6 addresses and five long numbers. */
const LONGEST_TUPLE = 240;
const MINUTE = 60_000;
/** A late tuple comes with a record of up to so many minutes later. */
const LATE_AT_MOST = 10;

/** One NIC's minute at a time becomes one record of its hour's blob, as Azure appends them. */
export class FlowLogWriter {
  readonly written: RecordTally = recordTally();
  lost = 0;
  lateOnes = 0;
  readonly #files: AppendedFiles;
  readonly #estate: Estate;
  readonly #nodes: readonly NodeSpec[];
  readonly #options: FlowLogOptions;
  readonly #random: Random;
  readonly #groups = RULES.map(() => new TextBuffer());
  /** By node and minute: tuples that wait for that minute's record. */
  readonly #waiting = new Map<string, { readonly rule: Rule; readonly text: Uint8Array }[]>();
  readonly #openPath: (string | undefined)[] = [];
  readonly #record = new TextBuffer(1 << 20);

  constructor(
    files: AppendedFiles,
    estate: Estate,
    nodes: readonly NodeSpec[],
    options: FlowLogOptions,
    random: Random,
  ) {
    this.#files = files;
    this.#estate = estate;
    this.#nodes = nodes;
    this.#options = options;
    this.#random = random;
  }

  /** Puts the tuple into the record that `finish` will write for its node and minute. */
  add(node: number, minute: number, tuple: FlowTuple): void {
    const { lose, late, startMs } = this.#options;
    if (lose > 0 && this.#random.next() < lose) {
      this.lost++;
      return;
    }
    const isLate = late > 0 && this.#random.next() < late;
    const out = this.#groups[tuple.rule] as TextBuffer;
    const from = out.length;
    writeTuple(out, tuple);
    const tally = this.written;
    tally.records++;
    tally.byState[tuple.state]++;
    tally.packetsOut += tuple.packetsOut;
    tally.bytesOut += tuple.bytesOut;
    tally.packetsIn += tuple.packetsIn;
    tally.bytesIn += tuple.bytesIn;
    tally.srcPorts += tuple.srcPort;
    tally.destPorts += tuple.destPort;
    tally.afterStartMs += tuple.atMs - startMs;
    if (!isLate) return;
    this.lateOnes++;
    const comes = `${node} ${minute + MINUTE * this.#random.whole(1, LATE_AT_MOST + 1)}`;
    const text = out.bytes().slice(from);
    out.cut(from);
    const waiting = this.#waiting.get(comes);
    if (waiting === undefined) this.#waiting.set(comes, [{ rule: tuple.rule, text }]);
    else waiting.push({ rule: tuple.rule, text });
  }

  finish(node: number, minute: number): void {
    const waiting = this.#waiting.get(`${node} ${minute}`) ?? [];
    this.#waiting.delete(`${node} ${minute}`);
    for (const { rule, text } of waiting) {
      const group = this.#groups[rule] as TextBuffer;
      group.reserve(text.length);
      group.raw(text);
    }
    if (this.#groups.every(({ length }) => length === 0)) return;
    const mac = (this.#nodes[node] as NodeSpec).mac.replaceAll(':', '').toUpperCase();
    const path = blobPath(this.#estate, minute, mac);
    const [head, tail] = recordAround(this.#estate, minute, mac);
    const out = this.#record;
    out.clear();
    const isFirst = this.#open(node, path);
    out.reserve(head.length + 16);
    out.text(isFirst ? '{"records":[' : ',').text(head);
    let groups = 0;
    for (const [rule, group] of this.#groups.entries()) {
      if (group.length === 0) continue;
      out.reserve(group.length + 200);
      out.text(`${groups++ === 0 ? '' : ','}{"rule":"${RULES[rule]}","flowTuples":[`);
      // Each tuple ends in a comma; the last of a list has none.
      out.raw(group.bytes().subarray(0, group.length - 1)).text(']}');
      group.clear();
    }
    out.reserve(tail.length);
    out.text(tail);
    this.#files.append(path, out.bytes());
  }

  /** What waits for minutes after the run still comes, then the blobs are closed. */
  end(): void {
    const waiting = [...this.#waiting.keys()].map((key) => key.split(' ').map(Number) as [number, number]);
    waiting.sort(([a, first], [b, second]) => first - second || a - b);
    for (const [node, minute] of waiting) this.finish(node, minute);
    for (const path of this.#openPath) if (path !== undefined) this.#close(path);
  }

  #open(node: number, path: string): boolean {
    const open = this.#openPath[node];
    if (open === path) return false;
    if (open !== undefined) this.#close(open);
    this.#openPath[node] = path;
    return true;
  }

  #close(path: string): void {
    this.#files.append(path, new TextEncoder().encode(']}'));
  }
}

const writeTuple = (out: TextBuffer, t: FlowTuple): void => {
  out.reserve(LONGEST_TUPLE);
  out.text('"').whole(t.atMs).text(',').raw(t.src).text(',').raw(t.dest).text(',').whole(t.srcPort).text(',');
  out
    .whole(t.destPort)
    .text(t.protocol === 6 ? ',6,' : ',17,')
    .text(t.isOut ? 'O,' : 'I,')
    .text(t.state)
    .text(',NX,');
  out.whole(t.packetsOut).text(',').whole(t.bytesOut).text(',').whole(t.packetsIn).text(',').whole(t.bytesIn);
  out.text('",');
};
