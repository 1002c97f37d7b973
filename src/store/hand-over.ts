import { setTimeout as after } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import type { Batch, Written } from '../core/ports.ts';
import { dropTables } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { StoreError } from './store-error.ts';

/*
 * Batches on their way from whoever read them to the owner of a part: a table in the memory of the part's server, with the batches in its first row. The owner
 * writes them, and puts beside them what became of each; whoever gave them drops the table. Nothing of it need outlive the server: what was not heard of is read again.
 */

/** How often whoever gave looks what became of it, at first and later. */
const LOOKS_MS: readonly number[] = [10, 20, 40, 80, 160];
/** An owner that died has a successor long before. */
const MOST_WAIT_MS = 600_000;

const HANDED = 'handed_';

/** `n`: a number that the giver gives once. Gives what became of each batch. Throws a `StoreError` where they were not written. */
export const handOver = async (
  engine: Engine,
  n: number,
  batches: readonly Batch[],
  mostWaitMs = MOST_WAIT_MS,
): Promise<readonly Written[]> => {
  const table = `${HANDED}${n}${engine.mark}`;
  await engine.load(
    "CREATE TABLE {table:Identifier} ENGINE = Memory AS SELECT bytes, materialize('') AS outcome FROM {source}",
    { bytes: [oneText('bytes', serialize(batches))], format: 'Native', structure: 'bytes String' },
    { table },
  );
  try {
    for (let [waited, looks] = [0, 0]; waited < mostWaitMs; looks++) {
      const pause = LOOKS_MS[Math.min(looks, LOOKS_MS.length - 1)] as number;
      await after(pause);
      waited += pause;
      const rows = await engine.rows<{ outcome: string }>('SELECT outcome FROM {table:Identifier}', { table });
      const told = rows.find(({ outcome }) => outcome !== '');
      if (told !== undefined) return outcomeOf(told.outcome);
      if (rows.length === 0) throw new StoreError('E_STORE_UNREACHABLE', 'what was handed over was lost by its server');
    }
    throw new StoreError('E_STORE_BUSY', `nobody took what was handed over within ${mostWaitMs / 1_000} s`);
  } finally {
    await dropTables(engine, [table]);
  }
};

export type Outcome = { readonly written: readonly Written[] } | { readonly failed: string };

const outcomeOf = (text: string): readonly Written[] => {
  const outcome = JSON.parse(text) as Outcome;
  if ('written' in outcome) return outcome.written;
  throw new StoreError('E_STORE_BUSY', `the owner of a part could not write what was handed over: ${outcome.failed}`);
};

export interface Handed {
  readonly table: string;
  readonly batches: readonly Batch[];
}

/** The tables that wait at a part. */
export const handedTables = async (engine: Engine): Promise<readonly string[]> =>
  (
    await engine.rows<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {handed:String}) ORDER BY name',
      { handed: HANDED },
    )
  ).map(({ name }) => name);

/** null: it is not filled yet, somebody told already what became of it, or it is gone. */
export const readHanded = async (engine: Engine, table: string): Promise<Handed | null> => {
  try {
    const rows = await engine.rows<{ outcome: string }>('SELECT outcome FROM {table:Identifier}', { table });
    if (rows.length !== 1) return null;
    const pieces: Uint8Array[] = [];
    for await (const piece of engine.blocks('SELECT bytes FROM {table:Identifier}', { table })) pieces.push(piece);
    return { table, batches: deserialize(textIn(Buffer.concat(pieces))) as readonly Batch[] };
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === UNKNOWN_TABLE) return null;
    throw error;
  }
};

const UNKNOWN_TABLE = 60;

/** Whoever gave it may have gone, and its table with it. */
export const tellOutcome = async (engine: Engine, table: string, outcome: Outcome): Promise<void> => {
  await engine
    .run("INSERT INTO {table:Identifier} SELECT '', {outcome:String}", { table, outcome: JSON.stringify(outcome) })
    .catch((error: unknown) => {
      if ((error as { readonly code?: unknown }).code !== UNKNOWN_TABLE) throw error;
    });
};

/* One text in Native format, with a length that no JSON has. https://clickhouse.com/docs/interfaces/formats/Native */

const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Uint8Array.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
};

const text = (value: string): Uint8Array => Buffer.concat([varint(value.length), Buffer.from(value, 'latin1')]);

const oneText = (name: string, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([varint(1), varint(1), text(name), text('String'), varint(bytes.length), bytes]);

const textIn = (native: Buffer): Uint8Array => {
  let at = 0;
  const number = (): number => {
    for (let [value, scale] = [0, 1]; ; scale *= 128) {
      const byte = native[at++];
      if (byte === undefined) throw new Error('what was handed over is not whole');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const next = (): Uint8Array => {
    const length = number();
    at += length;
    return native.subarray(at - length, at);
  };
  // A block may have no row.
  for (;;) {
    const [, rows] = [number(), number()];
    next();
    next();
    if (rows > 0) return next();
  }
};
