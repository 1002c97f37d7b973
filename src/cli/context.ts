import type { Zone } from '../app/civil-time.ts';
import { DEFAULT_CLUSTER } from '../app/ingest.ts';
import { resolveRange, type TimeRange } from '../app/time-range.ts';
import type { Instant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';
import type { Globals } from './globals.ts';
import type { Outside } from './outside.ts';
import { must, refuse } from './refused.ts';
import type { Paint } from './render/colour.ts';
import { range as renderRange } from './render/time.ts';
import type { Voice } from './voice.ts';

/** What a command works with. */
export interface Context {
  readonly outside: Outside;
  readonly globals: Globals;
  readonly zone: Zone;
  readonly paint: Paint;
  readonly voice: Voice;
}

/** Opens the store for one piece of work, and closes it whatever happens. */
export const withStore = <Value>(context: Context, work: (store: Store) => Promise<Value>): Promise<Value> =>
  withStoreAt(context.globals.data, context, work);

/** The same in any folder, or on a ClickHouse server. The engine takes one folder at a time. */
export const withStoreAt = async <Value>(
  data: string,
  { outside }: Context,
  work: (store: Store) => Promise<Value>,
): Promise<Value> => {
  const store = await outside.openStore(data);
  try {
    // A name may stand in a sentence alone, and in an error before there is an answer.
    if (outside.redaction !== undefined) outside.redaction.names.learn({ items: await store.names() });
    return await work(store);
  } finally {
    await store.close();
  }
};

/** Names in a row. */
export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** The cluster that is asked about. */
export const chooseCluster = async (store: Pick<Store, 'clusters'>, { globals, voice }: Context): Promise<string> => {
  const clusters = await store.clusters();
  const asked = globals.cluster;
  if (clusters.length === 0)
    voice.warn('the store is empty: bring files in with `unmasq ingest PATH…`, or see `unmasq demo`');
  if (asked !== null) {
    if (clusters.length > 0 && !clusters.includes(asked))
      refuse('E115', `there is no cluster "${asked}"`, { why: `the store holds ${quoted(clusters)}` });
    return asked;
  }
  if (clusters.length > 1) refuse('E112', `${clusters.length} clusters could be meant: ${quoted(clusters)}`);
  return clusters[0] ?? DEFAULT_CLUSTER;
};

/** The range that is asked about; echoed, so that nobody reads an answer about another hour. */
export const chooseRange = async (
  store: Pick<Store, 'extent'>,
  cluster: string,
  context: Context,
  moment: Instant | null = null,
): Promise<TimeRange> => {
  const { globals, outside, zone, voice } = context;
  const extent = await store.extent(cluster);
  const range = must(resolveRange(globals, outside.now(), zone, extent, moment));
  for (const note of range.notes) voice.note(note);
  if (range.chosen) voice.note(`range: ${renderRange(range.from, range.until, zone)}`);
  else if (extent !== null) voice.note(`range: all there is, ${renderRange(range.from, range.until, zone)}`);
  return range;
};
