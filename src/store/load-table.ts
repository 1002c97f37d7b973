import type { Table } from '../base/table.ts';
import type { Engine, Params } from './engine.ts';
import { encodeNative, nativeStructure } from './native.ts';

/** Inserts a table's rows into the table of that name, with the same values of some columns in every row; of flows not those that are older than is kept. */
export const loadTable = async (
  engine: Engine,
  into: string,
  table: Table,
  same: Readonly<Record<'cluster', string> & Record<'generation', number>>,
  keptFrom = 0,
): Promise<void> => {
  if (table.rows === 0) return;
  const columns = Object.keys(table.columns).join(', ');
  await engine.load(
    `INSERT INTO ${into} (cluster, generation, ${columns}) SELECT {cluster:String}, {generation:UInt64}, ${columns} FROM {source}
     ${keptFrom > 0 ? 'WHERE last_ms >= {kept_ms:Int64}' : ''} SETTINGS max_insert_threads = 2`,
    { bytes: encodeNative(table), format: 'Native', structure: nativeStructure(table) },
    { ...same, kept_ms: keptFrom } satisfies Params,
  );
};
