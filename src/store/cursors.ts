import type { Cursor, TimeSpan } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { loadRows } from './load-rows.ts';
import { sql } from './sql.ts';

export const readCursors = async (
  engine: Engine,
  cluster: string,
  source: string,
  { from, until }: TimeSpan,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await engine.rows<{ object: string; position: string }>(sql('read/cursors'), {
    cluster,
    source,
    from_ms: from,
    until_ms: until,
  });
  return new Map(rows.map(({ object, position }) => [object, position]));
};

export const keepCursors = async (engine: Engine, cluster: string, cursors: readonly Cursor[]): Promise<void> => {
  if (cursors.length === 0) return;
  await loadRows(
    engine,
    'INSERT INTO cursor (cluster, source, object, at_ms, position) SELECT * FROM {source}',
    STRUCTURE,
    cursors.map(({ source, object, at, position }) => ({ cluster, source, object, at_ms: at, position })),
    {},
  );
};

const STRUCTURE = {
  cluster: 'String',
  source: 'String',
  object: 'String',
  at_ms: 'Int64',
  position: 'String',
} as const;
