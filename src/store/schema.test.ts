import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChdb } from './chdb.ts';
import type { Engine } from './engine.ts';
import { storeOn } from './open-store.ts';
import { assertSettings, upgrade } from './schema.ts';

let folder: string;
let engine: Engine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-schema-'));
  engine = openChdb(folder);
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const tables = (): Promise<unknown[]> =>
  engine.rows(
    'SELECT name, create_table_query, metadata_modification_time FROM system.tables WHERE database = currentDatabase() ORDER BY name',
  );
const versions = (): Promise<unknown[]> => engine.rows('SELECT version FROM schema_version ORDER BY version');

test('an upgrade that is done is not done again', async () => {
  await upgrade(engine);
  const before = [await tables(), await versions()];
  await upgrade(engine);
  expect([await tables(), await versions()]).toEqual(before);
});

test('an upgrade that was cut off half-way is finished', async () => {
  await upgrade(engine);
  const whole = await versions();
  await engine.run('TRUNCATE TABLE schema_version');
  await engine.run('DROP TABLE window_current SYNC');
  await upgrade(engine);
  expect(await versions()).toEqual(whole);
  await engine.run('SELECT * FROM window_current');
});

test('a step that was skipped is made up for', async () => {
  await upgrade(engine);
  const whole = await versions();
  await engine.run('DROP TABLE sighting SYNC');
  await engine.run(
    'CREATE TABLE later (version UInt32) ENGINE = Memory AS SELECT DISTINCT version FROM schema_version WHERE version != 4',
  );
  await engine.run('TRUNCATE TABLE schema_version');
  await engine.run('INSERT INTO schema_version SELECT version FROM later UNION ALL SELECT 9999');
  await expect(upgrade(engine)).rejects.toMatchObject({ code: 'E_STORE_NEWER' });
  await engine.run('TRUNCATE TABLE schema_version');
  await engine.run('INSERT INTO schema_version SELECT version FROM later');
  await upgrade(engine);
  expect(await versions()).toEqual(whole);
  await engine.run('SELECT * FROM sighting');
});

test('data of a newer program is refused and left as it is', async () => {
  await upgrade(engine);
  await engine.run('INSERT INTO schema_version VALUES (9999)');
  await expect(upgrade(engine)).rejects.toMatchObject({
    code: 'E_STORE_NEWER',
    message: expect.stringContaining('9999') as string,
  });
});

test('the engine has the settings that exactly-once rests on', async () => {
  await expect(assertSettings(engine)).resolves.toBeUndefined();
});

test('what a killed process left half-way is cleared away when the store is opened', async () => {
  await storeOn(engine);
  for (const name of ['staged_7_flow_record', 'fresh_7_flow_record', 'asked_9']) {
    await engine.run('CREATE TABLE {name:Identifier} (x UInt8) ENGINE = MergeTree ORDER BY x', { name });
  }
  await storeOn(engine);
  expect(
    await engine.rows(`SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '_[0-9]')`),
  ).toEqual([]);
});
