import { type Holder, type Holding, SLICES } from './holding.ts';
import { beganBy, podsAtPeak } from './pattern.ts';

/** How many requests the connections of a workload carry, of those of its pods that tell of any. */
export interface Reuse {
  readonly by: 'spans' | 'logs';
  /** Spans or lines that were read. */
  readonly told: number;
  /** Requests, with those that were not recorded. */
  readonly requests: number;
  /** The share of requests that was recorded; null: nothing tells, and there may be more. */
  readonly share: number | null;
  /** Of the same pods, those that were open at some moment of the interval. */
  readonly connections: number;
  readonly perConnection: number;
  /** Of logs, which may write several lines of one request: by the ids that they carry. Of spans the same. */
  readonly atLeast: number;
  readonly meanMs: number | null;
  /** Pods that tell, of all that have a connection. */
  readonly pods: number;
}

/** null: no requests are seen. */
export const reuseOf = ({ holders }: Holding): Reuse | null => {
  const bySpans = holders.filter(({ requests }) => (requests?.spans ?? 0) > 0);
  const by = bySpans.length > 0 ? 'spans' : 'logs';
  const tell = by === 'spans' ? bySpans : holders.filter(({ requests }) => (requests?.lines ?? 0) > 0);
  const all = (of: (told: NonNullable<Holder['requests']>) => number): number =>
    tell.reduce((sum, { requests }) => sum + (requests === null ? 0 : of(requests)), 0);
  const told = by === 'spans' ? all(({ spans }) => spans) : all(({ lines }) => lines);
  const requests = by === 'spans' ? all((one) => one.requests) : told;
  const connections = tell.reduce((sum, { carried }) => sum + carried, 0);
  if (told === 0 || connections === 0) return null;
  return {
    by,
    told,
    requests,
    share: by === 'spans' && all(({ unsampled }) => unsampled) === 0 ? told / requests : null,
    connections,
    perConnection: requests / connections,
    atLeast: (by === 'spans' ? requests : all(({ ids }) => ids)) / connections,
    meanMs: by === 'spans' ? all(({ spans, meanMs }) => spans * meanMs) / told : null,
    pods: new Set(tell.map(({ pod }) => pod?.uid)).size,
  };
};

/**
 * What is known of reuse. `few-told`: too few to say. `partly-told`: so few requests that some connections would carry none. `unclear`: as many lines as may
 * be of one request or of several.
 */
export type ReuseSaid = 'unseen' | 'few-told' | 'partly-told' | 'unclear' | 'not-reused' | 'reused';

/** From so many requests on a connection is reused. */
const REUSED = 2;
/** Of so few the number is a guess. */
const LEAST_TOLD = 32;

/** Requests that were not recorded make the number larger, never smaller: what is reused is so in any case. */
export const reuseSaid = (reuse: Reuse | null): ReuseSaid => {
  if (reuse === null) return 'unseen';
  if (reuse.told < LEAST_TOLD) return 'few-told';
  if (reuse.atLeast >= REUSED) return 'reused';
  if (reuse.perConnection >= REUSED) return 'unclear';
  return reuse.perConnection < 0.5 ? 'partly-told' : 'not-reused';
};

/** What a pool would need in place of what is held now. */
export interface Pooling {
  readonly ports: number;
  /** So many times fewer. */
  readonly factor: number;
  /** What it rests on beside what was seen; null: nothing. */
  readonly assumes: string | null;
}

/**
 * Where each connection carries one request: as many as are in flight at once, and twice the root of it more as they vary (they come by chance), but one for each
 * pod. In flight are rate times duration (Little 1961) in the busiest slice; and never more than connections are open now.
 */
export const poolingOf = (holding: Holding, reuse: Reuse | null, ms: number): Pooling | null => {
  if (reuse === null || reuseSaid(reuse) !== 'not-reused') return null;
  const inFlight = Math.min(
    holding.peakOpen,
    reuse.meanMs === null ? Number.POSITIVE_INFINITY : inFlightOf(holding, reuse.perConnection, reuse.meanMs, ms),
  );
  const ports = Math.max(podsAtPeak(holding.holders), Math.ceil(inFlight + 2 * Math.sqrt(inFlight)));
  const factor = holding.peakPorts / ports;
  return factor < LEAST_FACTOR
    ? null
    : {
        ports,
        factor,
        assumes: reuse.share === null ? `every request is told: ${reuse.by} do not say how many are` : null,
      };
};

/** Less is not worth the work. */
const LEAST_FACTOR = 1.5;

const inFlightOf = ({ holders }: Holding, perConnection: number, meanMs: number, ms: number): number =>
  (Math.max(0, ...beganBy(holders)) * perConnection * meanMs) / (ms / SLICES);
