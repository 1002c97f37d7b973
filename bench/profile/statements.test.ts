import { expect, test } from 'vitest';
import { temporaryStore } from '../../test/temporary-store.ts';
import { sql } from '../../src/store/sql.ts';
import { counted } from './statements.ts';

const LONG = 'SELECT sum(cityHash64(number)) AS n FROM numbers(10000000)';
const SHORT = 'SELECT 1 AS n';

test('each statement is counted for itself, also where they are asked for together', async () => {
  const { engine } = await temporaryStore();
  let [running, most] = [0, 0];
  const rows: typeof engine.rows = async (text, params) => {
    most = Math.max(most, ++running);
    return await engine.rows<never>(text, params).finally(() => running--);
  };
  const { engine: profiled, take } = counted({ ...engine, rows });
  const piecesOf = async (): Promise<number> => {
    let bytes = 0;
    for await (const piece of profiled.blocks(SHORT)) bytes += piece.length;
    return bytes;
  };
  await Promise.all([
    profiled.rows(LONG),
    profiled.rows(SHORT),
    piecesOf(),
    profiled.rows(sql('read/newest-write')),
    expect(profiled.run('SELECT nothing')).rejects.toThrow('nothing'),
  ]);
  const taken = new Map(take().map((one) => [one.name, one]));
  expect([...taken].map(([name, { times }]) => [name, times])).toEqual([
    [LONG, 1],
    [SHORT, 2],
    ['read/newest-write.sql', 1],
    ['SELECT nothing', 1],
  ]);
  expect(most).toBe(1);
  expect(take()).toEqual([]);
});
