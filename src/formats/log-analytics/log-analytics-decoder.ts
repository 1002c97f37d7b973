import type { Instant } from '../../base/instant.ts';
import type { FormatName, PodSeen, Reject } from '../../core/facts.ts';
import type { Context, Decoder, Taken } from '../decoder.ts';
import { FlowColumns } from '../azure-flow-log/flow-columns.ts';
import { Gathered } from '../json/gathered.ts';
import { readingOf, type Reading } from '../correlation/reading.ts';
import { appSighting } from './app-insights.ts';
import { eventOfRow, lineSighting, logLineOfRow, nodeOfRow, podOfRow, sameSampling } from './container-insights.ts';
import { firewallRecord } from './firewall-rules.ts';
import { aggregatesOfRow } from './flow-aggregates.ts';
import { networkSighting } from './network-logs.ts';
import { type Row, RowReader } from './row-reader.ts';
import { CsvRows, JsonRows, type RowsInto, type RowSource } from './table-rows.ts';

export type TableName = Extract<
  FormatName,
  | 'KubePodInventory'
  | 'KubeNodeInventory'
  | 'KubeEvents'
  | 'ContainerLogV2'
  | 'NTANetAnalytics'
  | 'AzureNetworkAnalytics_CL'
  | 'AppDependencies'
  | 'AppRequests'
  | 'AppTraces'
  | 'AppExceptions'
  | 'ContainerNetworkLogs'
  | 'AZFWNetworkRule'
  | 'AZFWFlowTrace'
>;

/** One table of Log Analytics, as `az` or the query API writes it in JSON, or as the portal exports it in CSV. */
export const logAnalyticsDecoder = (format: TableName, context: Context): Decoder =>
  new LogAnalyticsDecoder(format, context);

/** Samplings of pods that wait for the rows of their other containers. An export is sorted by time or by pod, or not at all. */
const WINDOW = 20_000;

/** After so much white space it is no table, and whichever reader gets it says so. */
const LONGEST_BLANK = 65_536;
const BOM = [0xef, 0xbb, 0xbf] as const;
const [OPEN_OBJECT, OPEN_LIST, SPACE] = [0x7b, 0x5b, 0x20] as const;

class LogAnalyticsDecoder implements Decoder, RowsInto {
  readonly format: TableName;
  private readonly gathered = new Gathered();
  private readonly records = new FlowColumns();
  private readonly reading: Reading;
  private source: RowSource | null = null;
  /** What came before the first byte that tells JSON from CSV. */
  private readonly mark: number[] = [];
  private readonly samplings = new Map<string, PodSeen>();
  private readonly samplingTimes = new Set<Instant>();

  constructor(format: TableName, context: Context) {
    this.format = format;
    this.reading = readingOf(context);
  }

  get waiting(): number {
    return this.gathered.waiting + this.records.rows;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    while (this.source === null && from < bytes.length) this.sniff(bytes[from++] as number);
    this.source?.push(bytes.subarray(from));
  }

  end(): void {
    this.source?.end();
    for (const pod of this.samplings.values()) this.gathered.pod(pod);
    this.samplings.clear();
  }

  take(): Taken {
    const taken = this.gathered.take();
    return { ...taken, facts: { ...taken.facts, flowRecords: this.records.take(this.records.rows) } };
  }

  row(row: Row): void {
    const reader = new RowReader(row, (place, why, text) => this.gathered.reject(place, why, text));
    switch (this.format) {
      case 'KubePodInventory':
        return this.pod(reader);
      case 'KubeNodeInventory':
        return this.node(reader);
      case 'KubeEvents':
        return this.event(reader);
      case 'ContainerLogV2':
        return this.line(reader);
      case 'AppDependencies':
      case 'AppRequests':
      case 'AppTraces':
      case 'AppExceptions': {
        const sighting = appSighting(this.format, reader, this.reading);
        if (sighting !== null) this.gathered.sighting(sighting);
        return;
      }
      case 'ContainerNetworkLogs':
        return networkSighting(reader, this.gathered);
      case 'AZFWNetworkRule':
      case 'AZFWFlowTrace':
        return firewallRecord(this.format, reader, this.records, (what) => this.gathered.ignore(what));
      case 'NTANetAnalytics':
      case 'AzureNetworkAnalytics_CL':
        return aggregatesOfRow(reader, this.gathered);
    }
  }

  refused({ place, why, text }: Reject): void {
    this.gathered.reject(place, why, text);
  }

  /** The first byte that is neither white space nor a byte order mark decides; all of them go to the one that was chosen. */
  private sniff(c: number): void {
    this.mark.push(c);
    const blank = c <= SPACE || c === BOM[this.mark.length - 1];
    if (blank && this.mark.length < LONGEST_BLANK) return;
    this.source = c === OPEN_OBJECT || c === OPEN_LIST ? new JsonRows(this) : new CsvRows(this);
    this.source.push(Uint8Array.from(this.mark));
  }

  private pod(reader: RowReader): void {
    const pod = podOfRow(reader);
    if (pod === null) return;
    this.cluster(reader);
    this.sampled('pods', pod.at);
    const key = `${pod.at} ${pod.uid}`;
    const before = this.samplings.get(key);
    this.samplings.set(key, before === undefined ? pod : sameSampling(before, pod));
    if (this.samplings.size > WINDOW) this.letGo(WINDOW / 2);
  }

  private node(reader: RowReader): void {
    const node = nodeOfRow(reader);
    if (node === null) return;
    this.cluster(reader);
    this.sampled('nodes', node.at);
    this.gathered.node(node);
  }

  private event(reader: RowReader): void {
    const event = eventOfRow(reader);
    if (event === null) return;
    this.cluster(reader);
    this.gathered.event(event);
  }

  private line(reader: RowReader): void {
    const line = logLineOfRow(reader);
    if (line === null) return;
    this.gathered.logLine(line);
    const sighting = lineSighting(line, this.reading);
    if (sighting !== null) this.gathered.sighting(sighting);
  }

  private cluster(reader: RowReader): void {
    const name = reader.text('ClusterName', 'ClusterId');
    if (name !== '') this.gathered.cluster(name);
  }

  private sampled(of: 'pods' | 'nodes', at: Instant): void {
    if (this.samplingTimes.has(at)) return;
    this.samplingTimes.add(at);
    this.gathered.look({ kind: 'sample', of, from: at, until: at });
  }

  private letGo(count: number): void {
    for (const [key, pod] of this.samplings) {
      if (count-- <= 0) return;
      this.samplings.delete(key);
      this.gathered.pod(pod);
    }
  }
}
