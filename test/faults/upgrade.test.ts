import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdb } from '../../src/store/chdb.ts';
import type { Engine } from '../../src/store/engine.ts';
import { upgrade } from '../../src/store/schema.ts';
import { canDisturb } from './system-calls.ts';

/** T35. An upgrade that is killed half-way, at any of its statements and inside them, is finished by the next start and loses nothing. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As it was before most of the steps that change tables that have rows. */
const OLD = 5;

class Killed extends Error {}

/** The engine until so many statements were run. */
const until = (engine: Engine, statements: number): Engine => {
  let left = statements;
  return {
    ...engine,
    run: async (sql, params) => {
      if (left-- <= 0) throw new Killed();
      await engine.run(sql, params);
    },
  };
};

const inStore = async <Value>(data: string, work: (engine: Engine) => Promise<Value>): Promise<Value> => {
  const engine = openChdb(data);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

/** Every table as it is defined, and what the rows of the old one are by now. */
const stateOf = (engine: Engine): Promise<readonly unknown[]> =>
  Promise.all([
    engine.rows(
      `SELECT name, replaceRegexpOne(create_table_query, 'UUID \\'[^\\']+\\'', '') AS made FROM system.tables
       WHERE database = currentDatabase() ORDER BY name`,
    ),
    engine.rows('SELECT DISTINCT version FROM schema_version ORDER BY version'),
    engine.rows('SELECT * FROM flow ORDER BY dest_port'),
    engine.rows('SELECT *, first_ms FROM flow_record ORDER BY src_port'),
  ]);

const old = join(folder, 'old');
let statements = 0;
let upgraded: readonly unknown[];

beforeAll(async () => {
  await inStore(old, async (engine) => {
    let version = 0;
    const stopping: Engine = {
      ...engine,
      run: async (sql, params) => {
        if (version === OLD) throw new Killed();
        await engine.run(sql, params);
        if (sql.startsWith('INSERT INTO schema_version')) version = Number(params?.['version']);
      },
    };
    await upgrade(stopping).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    await engine.run(
      `INSERT INTO flow_record (cluster, shard, at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol)
       SELECT 'c', 1, 1795316400000 + number, -1, '10.224.0.4', '203.0.113.66', number, 443, 6 FROM numbers(500)`,
    );
    await engine.run(
      `INSERT INTO flow (cluster, generation, shard, last_ms, dest_port) SELECT 'c', 1, 1, 1795316400000, number FROM numbers(500)`,
    );
  });
  const whole = join(folder, 'whole');
  cpSync(old, whole, { recursive: true });
  upgraded = await inStore(whole, async (engine) => {
    const counting: Engine = { ...engine, run: (sql, params) => engine.run(sql, params).finally(() => statements++) };
    await upgrade(counting);
    return stateOf(engine);
  });
}, 60_000);

test('cut off after each of its statements', { timeout: 240_000 }, async () => {
  expect(statements).toBeGreaterThan(20);
  for (let at = 1; at < statements; at++) {
    const data = join(folder, `cut-${at}`);
    cpSync(old, data, { recursive: true });
    await inStore(data, (engine) => expect(upgrade(until(engine, at))).rejects.toThrow(Killed));
    const finished = await inStore(data, async (engine) => {
      await upgrade(engine);
      return stateOf(engine);
    });
    expect(finished, `after statement ${at}`).toEqual(upgraded);
    rmSync(data, { recursive: true, force: true });
  }
});

test.skipIf(!canDisturb)('killed inside its statements, at a rename', { timeout: 240_000 }, async () => {
  const main = join(import.meta.dirname, '../../src/main.ts');
  let kills = 0;
  for (const nth of [20, 60, 90, 120, 150, 180, 210]) {
    const data = join(folder, `killed-${nth}`);
    cpSync(old, data, { recursive: true });
    const calls = 'rename,renameat,renameat2';
    const { signal, status } = spawnSync(
      'strace',
      // Of each thread the count is its own, so the n-th of any is meant by what comes before it.
      [
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-e',
        `trace=${calls}`,
        '-e',
        `inject=${calls}:signal=KILL:when=${nth}`,
        process.execPath,
        main,
        'sources',
        '--data',
        data,
      ],
      { encoding: 'utf8' },
    );
    if (signal === 'SIGKILL' || status === 137) kills++;
    const finished = await inStore(data, async (engine) => {
      await upgrade(engine);
      return stateOf(engine);
    });
    expect(finished, `killed at rename ${nth}`).toEqual(upgraded);
    rmSync(data, { recursive: true, force: true });
  }
  expect(kills).toBeGreaterThan(2);
});
