import type { Engine, Params } from '../engine.ts';
import type { Gate } from '../gate.ts';
import { sql } from '../sql.ts';

/** Hours at a time: what makes them current is one block, and so one insert, which is there whole or not at all. */
const TOGETHER = 100;

interface Over {
  readonly shard: number;
  readonly hour_ms: number;
  readonly write: number;
}

/**
 * Brings the ticks of each hour that is over together: their flows are copied as those of the hour, and one insert puts it in their place. Nothing
 * is judged anew, so nothing changed. What touched an hour since its ticks were answered touches the hour as a whole.
 */
export const joinHours = async (engine: Engine, cluster: string, gate: Gate, closedBefore: number): Promise<void> => {
  const over = await engine.rows<Over>(sql('attribution/over'), { cluster, closed_ms: closedBefore });
  if (over.length === 0) return;
  for (let i = 0; i < over.length; i += TOGETHER) {
    const hours = over.slice(i, i + TOGETHER);
    const params: Params = {
      cluster,
      generation: gate.next(),
      from_ms: hours.reduce((least, { hour_ms }) => Math.min(least, hour_ms), Number.POSITIVE_INFINITY),
      w_shard: hours.map(({ shard }) => shard),
      w_hour: hours.map(({ hour_ms }) => hour_ms),
      w_write: hours.map(({ write }) => write),
    };
    for (const step of ['flows', 'totals', 'minutes', 'hours', 'current'])
      await engine.run(sql(`attribution/join-${step}`), params);
  }
  // Whatever touches a tick from here on has a higher number.
  await forgetTicks(engine, cluster, await gate.look(() => Promise.resolve(gate.next())));
};

/** Of hours that are answered as one nobody asks for ticks. */
const forgetTicks = async (engine: Engine, cluster: string, write: number): Promise<void> => {
  for (const step of ['join', 'drop']) await engine.run(sql(`attribution/touched-${step}`), { cluster, write });
  await engine.run('OPTIMIZE TABLE window_current FINAL');
  const [left] = await engine.rows<{ rows: number; ticks: number }>(sql('attribution/ticks-left'), { cluster });
  if (left !== undefined && left.rows > 0 && left.rows === left.ticks)
    await engine.run(sql('attribution/ticks-drop'), { cluster });
};
