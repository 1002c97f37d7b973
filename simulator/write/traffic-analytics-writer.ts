import { isPrivate } from '../../src/base/address-block.ts';
import { type Ip } from '../../src/base/ip.ts';
import { type Estate, MINUTE } from '../estate.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import { type AppendedFiles, appendText } from './appended-files.ts';
import { type FlowTuple, ruleName } from './flow-log-writer.ts';

/** Traffic Analytics' shorter interval. */
const INTERVAL = 10 * MINUTE;
/** It arrives about as long after its interval as this. */
const PROCESSED_AFTER = 11 * MINUTE;
/** Public addresses that one row packs. */
const PACKED = 50;

interface Sum {
  readonly src: string;
  readonly dest: string;
  readonly destPort: number;
  readonly protocol: 6 | 17;
  readonly isOut: boolean;
  readonly isDenied: boolean;
  readonly rule: string;
  readonly node: number;
  first: number;
  last: number;
  started: number;
  ended: number;
  packetsOut: number;
  packetsIn: number;
  bytesOut: number;
  bytesIn: number;
}

/**
 * What Traffic Analytics makes of the flow log, as an export of NTANetAnalytics: flows that differ in their source port alone are one, by
 * ten minutes, and rows that differ in their public address alone are one too, the addresses packed into a list.
 * https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema
 */
export class TrafficAnalyticsWriter {
  rows = 0;
  readonly #files: AppendedFiles;
  readonly #estate: Estate;
  readonly #nodes: readonly NodeSpec[];
  readonly #sums = new Map<string, Sum>();
  readonly #decoder = new TextDecoder();
  #interval = 0;

  constructor(files: AppendedFiles, estate: Estate, nodes: readonly NodeSpec[]) {
    this.#files = files;
    this.#estate = estate;
    this.#nodes = nodes;
  }

  add(node: number, minute: number, tuple: FlowTuple): void {
    const interval = Math.floor(minute / INTERVAL) * INTERVAL;
    if (interval > this.#interval) {
      this.end();
      this.#interval = interval;
    }
    const [src, dest] = [this.#decoder.decode(tuple.src), this.#decoder.decode(tuple.dest)];
    const { destPort, protocol, isOut, state, rule } = tuple;
    const isDenied = state === 'D';
    const key = [node, src, dest, destPort, protocol, isOut, isDenied, rule].join(' ');
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const named = { src, dest, destPort, protocol, isOut, isDenied, rule: ruleName(rule), node };
      const nothing = { started: 0, ended: 0, packetsOut: 0, packetsIn: 0, bytesOut: 0, bytesIn: 0 };
      sum = { ...named, ...nothing, first: tuple.atMs, last: tuple.atMs };
      this.#sums.set(key, sum);
    }
    sum.first = Math.min(sum.first, tuple.atMs);
    sum.last = Math.max(sum.last, tuple.atMs);
    sum.started += Number(state === 'B' || state === 'D');
    sum.ended += Number(state === 'E');
    sum.packetsOut += tuple.packetsOut;
    sum.packetsIn += tuple.packetsIn;
    sum.bytesOut += tuple.bytesOut;
    sum.bytesIn += tuple.bytesIn;
  }

  /** Minutes of a node are nothing to it. */
  finish(_node: number, _minute: number): void {}

  /** Writes the interval. */
  end(): void {
    const sums = [...this.#sums.values()];
    this.#sums.clear();
    const farOf = (sum: Sum): string => (sum.isOut ? sum.dest : sum.src);
    const [inside, outside] = [
      sums.filter((sum) => isPrivate(farOf(sum) as Ip)),
      sums.filter((sum) => !isPrivate(farOf(sum) as Ip)),
    ];
    const packed = Map.groupBy(outside, (sum) =>
      [sum.node, sum.isOut ? sum.src : sum.dest, sum.destPort, sum.protocol, sum.isOut, sum.isDenied, sum.rule].join(
        ' ',
      ),
    );
    const rows: string[] = inside.map((sum) => this.#row([sum], null));
    for (const together of packed.values())
      for (let from = 0; from < together.length; from += PACKED) {
        const some = together.slice(from, from + PACKED);
        rows.push(
          this.#row(
            some,
            some
              .map((one) =>
                [farOf(one), one.started, one.ended, one.packetsOut, one.packetsIn, one.bytesOut, one.bytesIn].join(
                  '|',
                ),
              )
              .join(' '),
          ),
        );
      }
    this.rows += rows.length;
    if (rows.length > 0) appendText(this.#files, 'log-analytics/NTANetAnalytics.jsonl', rows);
  }

  /** `publics`: the list that its public addresses are packed into. */
  #row(sums: readonly Sum[], publics: string | null): string {
    const one = sums[0] as Sum;
    const { isOut, isDenied } = one;
    const node = this.#nodes[one.node] as NodeSpec;
    const total = (of: (sum: Sum) => number): number => sums.reduce((all, sum) => all + of(sum), 0);
    const time = (at: number): string => new Date(at).toISOString();
    const started = total((sum) => sum.started);
    const vm = `mc_${this.#estate.resourceGroup}_${this.#estate.cluster}_westeurope/${node.name.slice(0, -6)}_${Number.parseInt(node.name.slice(-6), 36)}`;
    return `${JSON.stringify({
      TimeGenerated: time(this.#interval + INTERVAL + PROCESSED_AFTER),
      SubType: 'FlowLog',
      FaSchemaVersion: '3',
      FlowIntervalStartTime: time(this.#interval),
      FlowIntervalEndTime: time(this.#interval + INTERVAL),
      FlowStartTime: time(Math.min(...sums.map(({ first }) => first))),
      FlowEndTime: time(Math.max(...sums.map(({ last }) => last))),
      FlowType: publics === null ? 'IntraVNet' : 'ExternalPublic',
      SrcIp: publics !== null && !isOut ? '' : one.src,
      DestIp: publics !== null && isOut ? '' : one.dest,
      SrcPorts: '',
      DestPort: one.destPort,
      L4Protocol: one.protocol === 6 ? 'TCP' : 'UDP',
      FlowDirection: isOut ? 'Outbound' : 'Inbound',
      FlowStatus: isDenied ? 'Denied' : 'Allowed',
      MacAddress: node.mac.replaceAll(':', '-').toUpperCase(),
      SrcVm: isOut ? vm : '',
      DestVm: isOut ? '' : vm,
      AllowedInFlows: !isOut && !isDenied ? started : 0,
      DeniedInFlows: !isOut && isDenied ? started : 0,
      AllowedOutFlows: isOut && !isDenied ? started : 0,
      DeniedOutFlows: isOut && isDenied ? started : 0,
      PacketsSrcToDest: total((sum) => sum.packetsOut),
      PacketsDestToSrc: total((sum) => sum.packetsIn),
      BytesSrcToDest: total((sum) => sum.bytesOut),
      BytesDestToSrc: total((sum) => sum.bytesIn),
      CompletedFlows: total((sum) => sum.ended),
      SrcPublicIps: publics !== null && !isOut ? publics : '',
      DestPublicIps: publics !== null && isOut ? publics : '',
      AclRule: one.rule.toLowerCase(),
      Type: 'NTANetAnalytics',
    })}\n`;
  }
}
