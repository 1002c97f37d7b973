import { HOUR } from '../base/instant.ts';
import type { MapTier } from '../core/flow-map.ts';
import type { Engine, Params } from './engine.ts';
import { sql } from './sql.ts';

/*
 * What senders sent is counted together with the verdicts, by hours and by minutes (schema/0024-senders.sql). A question that asks for nothing else takes
 * whole hours, of hours that the interval cuts whole minutes, and of minutes that it cuts the flows; so it comes to what the flows one by one come to.
 */

export interface SenderPlan {
  readonly tiers: readonly MapTier[];
  /** Some flows may be named by the rates: who they are from is looked up for each. */
  readonly isAmong: boolean;
  /** For `read/kept`. */
  readonly params: Params;
}

interface Counted {
  readonly is_cut: number;
  /** Verdicts among all pods of a node. */
  readonly all_among: number;
  readonly any_among: number;
}

interface HourCounted extends Counted {
  readonly hour_ms: number;
  /** When their first and last one had its last record. */
  readonly among_from_ms: number;
  readonly among_until_ms: number;
}

interface MinuteCounted extends Counted {
  /** Since the epoch. */
  readonly number: number;
  readonly first_ms: number;
  readonly newest_ms: number;
}

/** What the smallest roll-ups are that can tell who sent what was alive in the interval of `params`. */
export const planSenders = async (engine: Engine, params: Params): Promise<SenderPlan> => {
  const hours = await engine.rows<HourCounted>(sql('read/sender-hours'), params);
  const cut = hours.filter(({ is_cut }) => is_cut === 1).map(({ hour_ms }) => hour_ms);
  const whole = hours.filter(({ is_cut }) => is_cut === 0);
  const minutes =
    cut.length === 0
      ? []
      : await engine.rows<MinuteCounted>(sql('read/sender-minutes'), { ...params, minute_hours: cut });
  const [amongHours, looked] = [
    whole.filter(({ any_among }) => any_among === 1),
    minutes.filter(({ is_cut, any_among }) => is_cut === 1 || any_among === 1),
  ];
  const flowHours = new Set([
    ...amongHours.flatMap((hour) => hoursBetween(hour.among_from_ms, hour.among_until_ms)),
    ...looked.flatMap((minute) => hoursBetween(minute.first_ms, minute.newest_ms)),
  ]);
  const byHour = whole.some(({ all_among }) => all_among === 0);
  const byMinute = minutes.some(({ is_cut, all_among }) => is_cut === 0 && all_among === 0);
  return {
    tiers: [
      ...(byHour ? (['sender-hours'] as const) : []),
      ...(byMinute ? (['sender-minutes'] as const) : []),
      ...(flowHours.size > 0 ? (['flows'] as const) : []),
    ],
    isAmong: [...whole, ...minutes].some(({ any_among }) => any_among === 1),
    params: {
      rolled_up: true,
      by_dest: false,
      by_hour: byHour,
      by_minute: byMinute,
      minute_hours: cut,
      flow_hours: [...flowHours],
      cut_minutes: minutes.filter(({ is_cut }) => is_cut === 1).map(({ number }) => number),
    },
  };
};

const hoursBetween = (from: number, until: number): readonly number[] => {
  const first = Math.floor(from / HOUR);
  return Array.from({ length: Math.floor(until / HOUR) - first + 1 }, (_, i) => first + i);
};
