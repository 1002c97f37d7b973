import type { Instant } from '../base/instant.ts';
import { allFlows } from '../core/all-flows.ts';
import { UNMEASURED } from '../core/attribution/clock.ts';
import { OPEN } from '../core/attribution/lease.ts';
import { type ConntrackEvent, translationsOf } from '../core/attribution/translation.ts';
import type { FlowEvidence, LeaseRow, TranslationRow } from '../core/ports.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { Engine } from './engine.ts';
import { parseFlowId } from './flow-id.ts';
import { ipText } from './ip-text.ts';
import { readAccuracy } from './read-accuracy.ts';
import { type PodRow, podNamed } from './read-pods.ts';
import { inventoryInForce, readFlows, unmixed } from './read-flows.ts';
import { sql } from './sql.ts';

/** Translations and gaps this far from a flow still bear on it. */
const AROUND = 10 * 60_000;

/** Everything that the verdict on one flow rests on; null when no flow answers to the id. */
export const flowEvidence = async (
  engine: Engine,
  kept: KeptAnswers,
  cluster: string,
  id: string,
  keptFrom: Instant,
): Promise<FlowEvidence | null> => {
  const key = parseFlowId(id);
  const [flow] = await readFlows(engine, { ...allFlows(cluster, ALWAYS), flow: id }, keptFrom);
  if (key === null || flow === undefined) return null;
  const inventory = await inventoryInForce(engine, cluster);
  const tuple = await unmixed(engine, cluster, key.tuple);
  const shared = { cluster, inventory, tuple, ip: flow.srcIp, from_ms: flow.begin, until_ms: flow.last };
  const [records, events, clocks, pooled] = await Promise.all([
    engine.rows<RecordRow>(sql('read/evidence-records'), {
      ...shared,
      direction: flow.direction === 'outbound' ? 0 : 1,
    }),
    engine.rows<EventRow>(sql('read/evidence-events'), shared),
    engine.rows<ClockRow>(sql('read/evidence-clock'), shared),
    engine.rows<ClockRow>(sql('read/evidence-clock'), { ...shared, ip: '::' }),
  ]);
  const clock = clocks[0] ?? pooled[0];
  const offset = clock?.offset_ms ?? UNMEASURED.offsetMs;
  const uncertainty = clock?.uncertainty_ms ?? UNMEASURED.uncertaintyMs;
  const node = { from_ms: flow.begin - offset - uncertainty, until_ms: flow.last - offset + uncertainty };
  const translations = translationsFrom(events).filter(
    (t) => t.mayFrom <= node.until_ms + AROUND && (t.mayUntil ?? OPEN) >= node.from_ms - AROUND,
  );
  const ips = [...new Set([flow.srcIp, ...translations.map((t) => t.originIp)])];
  const [leases, gaps, covers] = await Promise.all([
    engine.rows<LeaseRowRaw>(sql('read/evidence-leases'), { ...shared, ips }),
    engine.rows<{ from_ms: number; until_ms: number; why: string }>(sql('read/evidence-gaps'), { ...shared, ...node }),
    engine.rows<{ conntrack: Cover; inventory: Cover }>(sql('read/evidence-cover'), shared),
  ]);
  return {
    flow,
    records: records.map((row) => ({
      at: row.at_ms as Instant,
      state: STATES[row.state] ?? 'C',
      mac: row.mac,
      rule: row.rule,
      bytesOut: row.bytes_out,
      bytesIn: row.bytes_in,
    })),
    translations,
    leases: leases.map(leaseRow),
    clock: { offsetMs: offset, uncertaintyMs: uncertainty, pairs: clock?.pairs ?? 0 },
    gaps: gaps.map((gap) => ({
      from: gap.from_ms as Instant,
      until: gap.until_ms >= OPEN ? null : (gap.until_ms as Instant),
      why: gap.why,
    })),
    conntrackCover: coverOf(covers[0]?.conntrack),
    accuracy: await readAccuracy(engine, kept, cluster),
    inventoryCover: coverOf(covers[0]?.inventory),
  };
};

const ALWAYS = { from: 0 as Instant, until: OPEN };

const STATES = ['B', 'C', 'E', 'D'] as const;

interface RecordRow {
  readonly at_ms: number;
  readonly state: number;
  readonly mac: string;
  readonly rule: string;
  readonly bytes_out: number;
  readonly bytes_in: number;
}
interface ClockRow {
  readonly offset_ms: number;
  readonly uncertainty_ms: number;
  readonly pairs: number;
}
type Cover = readonly [number, number, number];
const coverOf = (cover: Cover | undefined): FlowEvidence['conntrackCover'] =>
  cover === undefined || cover[2] === 0 ? null : { from: cover[0] as Instant, until: cover[1] as Instant };

interface EventRow {
  readonly at_ms: number;
  readonly kind: ConntrackEvent['kind'];
  readonly origin_ip: string;
  readonly origin_port: number;
  readonly started_ms: number;
  readonly object: string;
}

const translationsFrom = (rows: readonly EventRow[]): TranslationRow[] => {
  const events = rows.map(
    (row): ConntrackEvent => ({
      at: row.at_ms as Instant,
      kind: row.kind,
      originIp: ipText(row.origin_ip),
      originPort: row.origin_port,
      startedAt: row.started_ms as Instant,
      timeoutMs: 0,
      forced: false,
      packetsOut: 0n,
      bytesOut: 0n,
      packetsIn: 0n,
      bytesIn: 0n,
    }),
  );
  return translationsOf(events).map((t) => ({
    ...t,
    mayUntil: t.mayUntil >= OPEN ? null : t.mayUntil,
    objects: [
      ...new Set(rows.filter((row) => row.at_ms >= t.seenFrom && row.at_ms <= t.seenUntil).map((row) => row.object)),
    ].sort(),
  }));
};

export interface LeaseRowRaw extends PodRow {
  readonly host_network: number;
  readonly may_from_ms: number;
  readonly held_from_ms: number;
  readonly held_until_ms: number;
  readonly may_until_ms: number;
}

export const leaseRow = (row: LeaseRowRaw): LeaseRow => ({
  ...podNamed(row),
  hostNetwork: row.host_network === 1,
  mayFrom: row.may_from_ms as Instant,
  heldFrom: row.held_from_ms as Instant,
  heldUntil: row.held_until_ms as Instant,
  mayUntil: row.may_until_ms >= OPEN ? null : (row.may_until_ms as Instant),
});
