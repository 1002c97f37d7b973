import type { Instant } from '../base/instant.ts';
import type { MapQuery, MapTier, MapUncut } from '../core/flow-map.ts';
import type { Horizons } from '../core/retention.ts';
import type { Engine, Params } from './engine.ts';
import { filtering } from './sql.ts';

/*
 * Of flows that are no longer kept it may be kept what senders sent by hours and by minutes (schema/0025-settled.sql). What an edge of the interval cuts is
 * asked of the minutes; what nothing finer is kept of is counted whole, and told.
 */

export interface SettledPlan {
  readonly tiers: readonly MapTier[];
  readonly uncut: readonly MapUncut[];
  /** When the first flow began that it tells of, whatever was asked for; null: there is none. */
  readonly first: Instant | null;
  /** For `read/map`, beside those of the question. */
  readonly params: Params;
}

interface TierRow {
  readonly lasts_ms: number;
  /** Empty: all that is counted of the tier. */
  readonly edge: MapUncut['edge'] | '';
  readonly from_ms: MapUncut['from'];
  readonly until_ms: MapUncut['until'];
  readonly flows: number;
  readonly bytes: number;
}

/** What is counted of the time before flows are kept. */
export const planSettled = async (
  engine: Engine,
  { from }: MapQuery,
  params: Params,
  horizons: Horizons,
): Promise<SettledPlan> => {
  if (from >= horizons.flows || horizons.hours >= horizons.flows)
    return { tiers: [], uncut: [], first: null, params: {} };
  const ask = <Row>(name: string, own: Params): Promise<Row[]> => {
    const asked = { ...params, ...own };
    return engine.rows<Row>(filtering(name, asked), asked);
  };
  const span: Params = {
    settled_hours_ms: horizons.hours,
    settled_from_ms: Math.max(from, horizons.hours),
    settled_until_ms: horizons.flows,
  };
  const cut = (await ask<{ hour_ms: number }>('read/settled-hours', span))
    .map(({ hour_ms }) => hour_ms)
    .filter((hour) => hour >= horizons.minutes);
  const planned: Params = { ...span, settled: true, settled_cut: cut };
  const [rows, [oldest]] = await Promise.all([
    ask<TierRow>('read/settled-tiers', planned),
    ask<{ first_ms: Instant; n: number }>('read/settled-first', planned),
  ]);
  return {
    first: oldest === undefined || oldest.n === 0 ? null : oldest.first_ms,
    tiers: rows.flatMap((row) => (row.edge === '' ? [tierOf(row)] : [])),
    uncut: rows.flatMap((row) =>
      row.edge === ''
        ? []
        : [
            {
              edge: row.edge,
              tier: tierOf(row),
              from: row.from_ms,
              until: row.until_ms,
              flows: row.flows,
              bytes: row.bytes,
            },
          ],
    ),
    params: planned,
  };
};

const tierOf = ({ lasts_ms }: TierRow): MapUncut['tier'] => (lasts_ms === 60_000 ? 'sender-minutes' : 'sender-hours');
