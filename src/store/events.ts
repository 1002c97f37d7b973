import type { Instant } from '../base/instant.ts';
import type { KubeEvent } from '../core/facts.ts';
import type { Batch, EventsQuery, Written } from '../core/ports.ts';
import { dropTables } from './scratch-tables.ts';
import type { Engine } from './engine.ts';
import { loadRows, type Row } from './load-rows.ts';
import { filtering, sql } from './sql.ts';

const STRUCTURE = {
  identity: 'String',
  uid: 'String',
  reason: 'String',
  type: 'String',
  kind: 'String',
  namespace: 'String',
  name: 'String',
  node: 'String',
  message: 'String',
  count: 'UInt32',
  first_ms: 'Int64',
  last_ms: 'Int64',
  component: 'String',
} as const;

/** Writes the events of one batch. What tells no more of an event than is known is left out. */
export const writeEvents = async (engine: Engine, batch: Batch, write: number): Promise<Written> => {
  const { cluster, object, events = [] } = batch;
  if (events.length === 0) return { rows: 0, known: 0 };
  const staged = `staged_${write}${engine.mark}_kubernetes_event`;
  const stored = async (): Promise<number> => {
    const [count] = await engine.rows<{ rows: number }>(
      'SELECT count() AS rows FROM kubernetes_event WHERE cluster = {cluster:String} AND write = {write:UInt64}',
      { cluster, write },
    );
    return count?.rows ?? 0;
  };
  try {
    await loadRows(
      engine,
      'CREATE TABLE {staged:Identifier} ENGINE = Memory AS SELECT * FROM {source}',
      STRUCTURE,
      events.map(eventRow),
      { staged },
    );
    const before = await stored();
    await engine.run(sql('write/event-insert'), { staged, cluster, object, write });
    const rows = (await stored()) - before;
    return { rows, known: events.length - rows };
  } finally {
    await dropTables(engine, [staged]);
  }
};

const MOST = 10_000;

export const readEvents = async (
  engine: Engine,
  { cluster, from, until, namespaces = [], limit = MOST }: EventsQuery,
  keptFrom: Instant,
): Promise<readonly KubeEvent[]> => {
  const params = { cluster, from_ms: Math.max(from, keptFrom), until_ms: until, namespaces, limit };
  const rows = await engine.rows<EventRow>(filtering('read/events', params), params);
  return rows
    .map(({ first_ms, last_ms, ...rest }) => ({ ...rest, first: first_ms as Instant, last: last_ms as Instant }))
    .toReversed();
};

type EventRow = Omit<KubeEvent, 'first' | 'last'> & { readonly first_ms: number; readonly last_ms: number };

const eventRow = ({ first, last, ...event }: KubeEvent): Row => ({
  ...event,
  identity: event.uid === '' ? aboutOf({ ...event, first }) : event.uid,
  first_ms: first,
  last_ms: last,
});

/** Two events of one thing and one beginning differ in what they say. */
const aboutOf = (event: Omit<KubeEvent, 'last'>): string =>
  JSON.stringify([event.kind, event.namespace, event.name, event.reason, event.component, event.first, event.message]);
