import { readFileSync } from 'node:fs';
import type { FlowSums, RecordSums } from '../checksum.ts';
import { uidBits } from '../checksum.ts';
import { IDLE } from '../../src/core/attribution/flow.ts';

/** What anybody would write first: JSON.parse, split, objects, a Map and a binary search. Nothing is kept on disk and nothing checked. */

export interface NaiveRecord {
  readonly at: number;
  readonly src: string;
  readonly dest: string;
  readonly srcPort: number;
  readonly destPort: number;
  readonly protocol: number;
  readonly direction: string;
  readonly state: string;
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
  readonly rule: string;
  readonly mac: string;
}

interface Blob {
  readonly records: readonly {
    readonly macAddress: string;
    readonly flowRecords: {
      readonly flows: readonly {
        readonly flowGroups: readonly { readonly rule: string; readonly flowTuples: readonly string[] }[];
      }[];
    };
  }[];
}

export const naiveRecords = (text: string, into: NaiveRecord[] = []): NaiveRecord[] => {
  for (const { macAddress: mac, flowRecords } of (JSON.parse(text) as Blob).records) {
    for (const { flowGroups } of flowRecords.flows) {
      for (const { rule, flowTuples } of flowGroups)
        for (const tuple of flowTuples) into.push(recordOf(tuple, rule, mac));
    }
  }
  return into;
};

const recordOf = (tuple: string, rule: string, mac: string): NaiveRecord => {
  const t = tuple.split(',') as [string, string, string, string, string, string, string, string, ...string[]];
  return {
    at: Number(t[0]),
    src: t[1],
    dest: t[2],
    srcPort: Number(t[3]),
    destPort: Number(t[4]),
    protocol: Number(t[5]),
    direction: t[6],
    state: t[7],
    packetsOut: Number(t[9]),
    bytesOut: Number(t[10]),
    packetsIn: Number(t[11]),
    bytesIn: Number(t[12]),
    rule,
    mac,
  };
};

export const naiveRecordsOf = (paths: readonly string[]): NaiveRecord[] => {
  const records: NaiveRecord[] = [];
  for (const path of paths) naiveRecords(readFileSync(path, 'utf8'), records);
  return records;
};

export const naiveRecordSums = (records: readonly NaiveRecord[]): RecordSums => ({
  records: records.length,
  bytes: records.reduce((sum, { bytesOut, bytesIn }) => sum + bytesOut + bytesIn, 0),
});

export interface Translation {
  readonly from: number;
  readonly origin: string;
}

/** From the wire tuple to what was behind it, oldest first. */
export type Translations = ReadonlyMap<string, readonly Translation[]>;

const LINE =
  /^\[(\d+)\.(\d{3})\d*\]\s+\[(\w+)\s*\] ipv[46]\s+\d+ \w+\s+(\d+) .*?src=(\S+) dst=\S+ sport=\d+ dport=\d+ .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/;

export const naiveTranslations = (paths: readonly string[], nodes: ReadonlySet<string>): Translations => {
  const found = new Map<string, Translation[]>();
  for (const path of paths) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const t = LINE.exec(line) as
        | [string, string, string, string, string, string, string, string, string, string]
        | null;
      if (t === null || t[3] !== 'NEW' || !nodes.has(t[7])) continue;
      const key = `${t[7]} ${t[9]} ${t[6]} ${t[8]} ${t[4]}`;
      const translation = { from: Number(t[1] + t[2]), origin: t[5] };
      const there = found.get(key);
      if (there === undefined) found.set(key, [translation]);
      else there.push(translation);
    }
  }
  return found;
};

export interface Lease {
  readonly from: number;
  readonly until: number;
  readonly uid: string;
}

export const naiveLeases = (path: string): ReadonlyMap<string, readonly Lease[]> => {
  const leases = new Map<string, Lease[]>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const row = JSON.parse(line) as {
      ip: string;
      podUid: string;
      hostNetwork: boolean;
      from: string;
      until: string | null;
    };
    if (row.hostNetwork) continue;
    const lease = {
      from: Date.parse(row.from),
      until: row.until === null ? Number.POSITIVE_INFINITY : Date.parse(row.until),
      uid: row.podUid,
    };
    leases.set(row.ip, [...(leases.get(row.ip) ?? []), lease]);
  }
  for (const held of leases.values()) held.sort((a, b) => a.from - b.from);
  return leases;
};

export interface NaiveFlow {
  readonly begin: number;
  last: number;
  readonly record: NaiveRecord;
  bytes: number;
  translated: boolean;
  uid: string | null;
}

/** A B or a D begins a flow; what follows on its tuple belongs to it. Records of one tuple come in order. */
export const naiveFlows = (
  records: readonly NaiveRecord[],
  nodes: ReadonlySet<string>,
  leases: ReadonlyMap<string, readonly Lease[]>,
): NaiveFlow[] => {
  const open = new Map<string, NaiveFlow>();
  const flows: NaiveFlow[] = [];
  for (const record of records) {
    const { at, src, dest, srcPort, destPort, protocol, direction, state, bytesOut, bytesIn } = record;
    if (direction === 'I' && (nodes.has(src) || leases.has(src))) continue;
    const key = `${src} ${srcPort} ${dest} ${destPort} ${protocol} ${state === 'D'}`;
    const before = open.get(key);
    if (before === undefined || state === 'B' || (state === 'D' && at - before.last > IDLE)) {
      const flow = { begin: at, last: at, record, bytes: bytesOut + bytesIn, translated: false, uid: null };
      flows.push(flow);
      open.set(key, flow);
    } else {
      before.last = at;
      before.bytes += bytesOut + bytesIn;
    }
  }
  return flows;
};

/** The newest that began by then. */
const newest = <Held extends { readonly from: number }>(
  held: readonly Held[] | undefined,
  at: number,
): Held | undefined => {
  let [low, high] = [0, held?.length ?? 0];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((held?.[middle]?.from as number) <= at) low = middle + 1;
    else high = middle;
  }
  return held?.[low - 1];
};

export const naiveAttribute = (
  flows: readonly NaiveFlow[],
  nodes: ReadonlySet<string>,
  translations: Translations,
  leases: ReadonlyMap<string, readonly Lease[]>,
): void => {
  for (const flow of flows) {
    const { src, dest, srcPort, destPort, protocol, direction } = flow.record;
    flow.translated = nodes.has(src) && direction === 'O';
    // Two records of one millisecond and two clocks: the line may be stamped a little later.
    const behind = newest(translations.get(`${src} ${srcPort} ${dest} ${destPort} ${protocol}`), flow.begin + 100);
    const lease = newest(leases.get(behind?.origin ?? src), flow.begin + 2_000);
    flow.uid = lease !== undefined && lease.until >= flow.begin - 2_000 ? lease.uid : null;
  }
};

export const naiveFlowSums = (flows: readonly NaiveFlow[]): FlowSums => {
  const sums = { flows: flows.length, bytes: 0, named: 0, pods: 0 };
  for (const { bytes, translated, uid, record } of flows) {
    sums.bytes += bytes;
    if (!translated || uid === null) continue;
    sums.named++;
    sums.pods += record.srcPort * uidBits(uid);
  }
  return sums;
};
