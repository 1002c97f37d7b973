/**
 * Does a recorded run agree with itself? Every connection of the truth must have a conntrack entry with the same reply tuple,
 * made by the right pod address, and a flow log record. Reads the files by patterns of its own, not by unmasq's decoders,
 * so that an error in those cannot hide here.   node lab/check.ts lab/recorded/*
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface CheckResult {
  readonly run: string;
  readonly truth: number;
  /** Share of truth rows with a conntrack NEW of the same reply tuple near in time. */
  readonly inConntrack: number;
  /** Share of truth rows with a B record of the same tuple near in time. */
  readonly inFlowLog: number;
  /** Share of the pods' rows whose entry begins at an address that this very pod has in the inventory. */
  readonly rightPod: number;
  /** Entries of pods whose port the kernel changed. */
  readonly remapped: number;
  readonly destroyed: number;
}

const NEAR_MS = 3_500;
/** `nf_conntrack_udp_timeout_stream` of the lab's nodes. */
const UDP_EXPIRES_MS = 8_000;
const NEW =
  /^\[(\d+)\.(\d+)\]\s+\[NEW\] .*? (tcp|udp) .*? src=(\S+) dst=\S+ sport=(\d+) dport=\d+ .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/;

const read = (path: string): string => {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString('utf8') : '';
};

interface Row {
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly begin: string;
  readonly podUid?: string;
}

interface Seen {
  readonly at: number;
  readonly origin: string;
  readonly port: number;
}

export const check = (run: string): CheckResult => {
  const meta = JSON.parse(read(join(run, 'run.json'))) as {
    readonly parameters: { readonly flowLogAheadMs: number };
    readonly nodes: readonly {
      readonly name: string;
      readonly ip: string;
      readonly ipv6: string;
      readonly skewMs: number;
    }[];
  };
  const entries = new Map<string, Seen[]>();
  let destroyed = 0;
  for (const node of meta.nodes) {
    for (const line of read(join(run, 'conntrack', `${node.name}.events.txt`)).split('\n')) {
      if (line.includes('[DESTROY]')) destroyed += 1;
      const [, second, micro, protocol, origin = '', port, destIp, nodeIp, destPort, snatPort] = NEW.exec(line) ?? [];
      // A node that is itself the destination tracks the connection too, with the same reply tuple and the other node as origin.
      if (second === undefined || (nodeIp !== node.ip && nodeIp !== node.ipv6)) continue;
      const at = Number(second) * 1_000 + Number(micro) / 1_000 - node.skewMs;
      push(entries, [protocol, nodeIp, snatPort, destIp, destPort].join(' '), { at, origin, port: Number(port) });
    }
  }
  const records = new Map<string, Seen[]>();
  for (const path of globSync(join(run, 'insights-logs-*/**/PT1H.json*'))) {
    for (const [, tuple = ''] of read(path.replace(/\.gz$/, '')).matchAll(/"(\d{13},[^"]+)"/g)) {
      const [at, src, dest, srcPort, destPort, protocol, , state] = tuple.split(',');
      const key = [protocol === '6' ? 'tcp' : 'udp', src, srcPort, dest, destPort].join(' ');
      if (state === 'B') push(records, key, { at: Number(at) - meta.parameters.flowLogAheadMs, origin: '', port: 0 });
    }
  }
  const addresses = addressesByPod(run);
  const truth = read(join(run, 'truth.jsonl'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
  const found = { conntrack: 0, flowLog: 0, ofPods: 0, rightPod: 0, remapped: 0 };
  for (const row of truth) {
    const key = [row.protocol, row.nodeIp, row.snatPort, row.destIp, row.destPort].join(' ');
    const begin = Date.parse(row.begin);
    const entry =
      nearest(entries.get(key), begin) ?? (row.protocol === 'udp' ? stillOpen(entries.get(key), begin) : undefined);
    if (entry !== undefined) found.conntrack += 1;
    if (nearest(records.get(key), begin) !== undefined) found.flowLog += 1;
    if (row.podUid === undefined) continue;
    found.ofPods += 1;
    if (entry !== undefined && entry.port !== row.snatPort) found.remapped += 1;
    if (entry !== undefined && addresses.get(row.podUid)?.has(entry.origin) === true) found.rightPod += 1;
  }
  return {
    run: basename(run),
    truth: truth.length,
    inConntrack: found.conntrack / truth.length,
    inFlowLog: found.flowLog / truth.length,
    rightPod: found.rightPod / found.ofPods,
    remapped: found.remapped,
    destroyed,
  };
};

const push = (into: Map<string, Seen[]>, key: string, seen: Seen): void => {
  const all = into.get(key);
  if (all === undefined) into.set(key, [seen]);
  else all.push(seen);
};

const nearest = (all: readonly Seen[] | undefined, at: number): Seen | undefined =>
  all?.filter((seen) => Math.abs(seen.at - at) < NEAR_MS).sort((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0];

/** A pod that happens to take the same port again before a UDP entry expired goes on using that entry: there is no NEW. */
const stillOpen = (all: readonly Seen[] | undefined, at: number): Seen | undefined =>
  all?.findLast((seen) => seen.at <= at && at - seen.at < UDP_EXPIRES_MS);

const addressesByPod = (run: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const addresses = new Map<string, Set<string>>();
  const events = read(join(run, 'kube/pods.watch.json')).split(/(?<=^\}\n)/m);
  for (const event of events.filter((text) => text.trim() !== '')) {
    const { object } = JSON.parse(event) as {
      readonly object: {
        readonly metadata: { readonly uid: string };
        readonly status: { readonly podIPs?: readonly { readonly ip: string }[] };
      };
    };
    const held = addresses.get(object.metadata.uid) ?? new Set();
    for (const { ip } of object.status.podIPs ?? []) held.add(ip);
    addresses.set(object.metadata.uid, held);
  }
  return addresses;
};

/** What a recorded run must reach to be of use as evidence. */
export const ENOUGH = 0.999;

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const results = process.argv
    .slice(2)
    .filter((run) => existsSync(join(run, 'run.json')))
    .map(check);
  console.table(results);
  if (results.some(({ inConntrack, rightPod }) => inConntrack < ENOUGH || rightPod < ENOUGH)) process.exitCode = 1;
}
