import { HOUR, MINUTE, SECOND } from '../../base/instant.ts';

/** What is answered whole: a shard's hour (`tick` 0), or while the hour is still being told one of its ticks, from 1 on. */
export interface Window {
  readonly shard: number;
  readonly hour_ms: number;
  readonly tick: number;
}

/** The SQL of touches, `dirty`, `tick-tuples` and `join-current` has it too. */
export const TICK = 5 * SECOND;
const TICKS = HOUR / TICK;
/** Beside how far clocks differ: what one thing is told of by two sources is at most this far apart, with room to spare. */
export const CLOSE = 20 * SECOND;
/** An hour is answered as one so long after its end. Then nothing that comes in time is still to come. */
export const CLOSED_AFTER = 15 * MINUTE;

const SHARDS = 256;

const fromOf = ({ hour_ms, tick }: Window): number => hour_ms + Math.max(0, tick - 1) * TICK;
export const untilOf = ({ hour_ms, tick }: Window): number => hour_ms + (tick === 0 ? TICKS : tick) * TICK;

/** From the first of the windows to the end of the last. */
export const rangeOf = (windows: readonly Window[]): { readonly from_ms: number; readonly until_ms: number } => ({
  from_ms: windows.reduce((least, window) => Math.min(least, fromOf(window)), Number.POSITIVE_INFINITY),
  until_ms: windows.reduce((most, window) => Math.max(most, untilOf(window)), 0),
});

/** Hours apart from ticks, and ticks apart from those that end long before: what lies between them need not be read. */
export const closeTogether = <Of extends Window>(windows: readonly Of[]): Of[][] => {
  const hours = windows.filter(({ tick }) => tick === 0);
  const groups: Of[][] = hours.length === 0 ? [] : [hours];
  let end = Number.NEGATIVE_INFINITY;
  for (const window of windows.filter(({ tick }) => tick > 0).sort((a, b) => fromOf(a) - fromOf(b))) {
    if (fromOf(window) > end + MINUTE) groups.push([]);
    groups.at(-1)?.push(window);
    end = untilOf(window);
  }
  return groups;
};

/** The ticks that these windows are, each once, as numbers since 1970; none where some are hours. */
export const ticksOf = (windows: readonly Window[]): readonly number[] =>
  windows.some(({ tick }) => tick === 0) ? [] : [...new Set(windows.map((window) => fromOf(window) / TICK))];

/** The tick of the window in which a flow of that shard, at that time, lies; -1: in none of them. */
export const tickAmong = (windows: readonly Window[]): ((shard: number, at: number) => number) => {
  const hours = windows.map(({ hour_ms }) => hour_ms / HOUR);
  const first = hours.reduce((least, hour) => Math.min(least, hour), Number.POSITIVE_INFINITY);
  const last = hours.reduce((most, hour) => Math.max(most, hour), 0);
  const whole = new Uint8Array((last - first + 1) * SHARDS);
  const byTick = new Map<number, Uint8Array>();
  for (const [i, { shard, tick }] of windows.entries()) {
    const place = ((hours[i] as number) - first) * SHARDS + shard;
    if (tick === 0) whole[place] = 1;
    else {
      const ticks = byTick.get(place) ?? new Uint8Array(TICKS + 1);
      ticks[tick] = 1;
      byTick.set(place, ticks);
    }
  }
  return (shard, at) => {
    // Of an hour before the first or after the last there is no such place.
    const place = (Math.floor(at / HOUR) - first) * SHARDS + shard;
    if (whole[place] === 1) return 0;
    if (byTick.size === 0) return -1;
    const tick = Math.floor((at % HOUR) / TICK) + 1;
    return byTick.get(place)?.[tick] === 1 ? tick : -1;
  };
};
