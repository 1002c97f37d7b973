import { instant } from '../src/base/instant.ts';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ingest, type IngestStore } from '../src/app/ingest.ts';
import type { TimeRange } from '../src/app/time-range.ts';
import type { ByteObject, Store } from '../src/core/ports.ts';
import { filesAt } from '../src/sources/files/file-objects.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { storeOn } from '../src/store/open-store.ts';
import { dirtyVerdicts } from '../src/store/attribution/attribute-cluster.ts';
import { EVERYTHING } from '../src/core/retention.ts';
import { Gate } from '../src/store/gate.ts';
import type { FlowSums } from './checksum.ts';
import { codeHash, type Data } from './data.ts';
import { keepFolder } from './place.ts';
import { withTable } from './table-sums.ts';

export const CLUSTER = 'bench';

/** A store, and the engine below it: what is in it is added up by questions that no user asks. */
export interface Opened {
  readonly store: Store;
  readonly engine: Engine;
}

export const withStore = async <Value>(folder: string, work: (opened: Opened) => Promise<Value>): Promise<Value> => {
  const engine = openChdb(folder);
  const store = await storeOn(engine);
  try {
    return await work({ store, engine });
  } finally {
    await store.close();
  }
};

/** All there is. */
export const rangeOf = async (store: Pick<Store, 'extent'>): Promise<TimeRange> => {
  const extent = await store.extent(CLUSTER);
  if (extent === null) throw new Error('the store is empty');
  return { from: extent.from, until: instant(extent.until + 1), chosen: false, notes: [] };
};

/** Reads the paths into the store, as `unmasq ingest` does. Throws where an object was not read whole. */
export const ingestInto = async (
  store: IngestStore,
  paths: readonly string[],
  cluster: string = CLUSTER,
): Promise<{ readonly rows: number; readonly rejects: number }> => {
  const { objects } = await filesAt(paths, () => Readable.from([]));
  const read = await ingest(asyncOf(objects), store, {
    cluster,
    node: '',
    at: null,
    interrupted: () => false,
    progress: () => undefined,
  });
  if (!read.ok) throw new Error(read.problem.what);
  const problem = read.value.objects.find((object) => object.problem !== null);
  if (problem !== undefined) throw new Error(`${problem.name}: ${problem.problem}`);
  const sum = (of: 'rows' | 'rejects'): number => read.value.objects.reduce((total, object) => total + object[of], 0);
  return { rows: sum('rows'), rejects: sum('rejects') };
};

async function* asyncOf(objects: readonly ByteObject[]): AsyncGenerator<ByteObject> {
  yield* objects;
}

/** Every hour of the run is over. */
const LONG_AFTER = instant(Date.UTC(2100, 0));

/** The seam of `attribute-written`: verdicts worked out, written, and in force. */
export const attributeWritten = async ({ store }: Opened): Promise<void> => {
  await store.attribute(CLUSTER, LONG_AFTER);
};

/** The same, worked out and not written: added up as they come. */
export const attributeComputed = async ({ engine }: Opened): Promise<FlowSums> => {
  let sums: FlowSums = { flows: 0, bytes: 0, named: 0, pods: 0 };
  for await (const { flows } of dirtyVerdicts(engine, CLUSTER, new Gate(1_000_000), EVERYTHING, LONG_AFTER)) {
    for (const table of flows) sums = withTable(sums, table);
  }
  return sums;
};

const SOURCE = codeHash('src/base', 'src/core', 'src/formats', 'src/app', 'src/store', 'src/sources');

/** A store of the whole run, not yet attributed. Made once for each state of the program. */
export const ingestedStore = (data: Data): Promise<string> =>
  keepFolder(join(data.folder, `ingested-${data.conntrack.length}-${SOURCE}`), (folder) =>
    withStore(folder, async ({ store }) => {
      await ingestInto(store, [...data.kube, ...data.conntrack, ...data.blobs]);
    }),
  );

/** The same, attributed. */
export const attributedStore = (data: Data): Promise<string> =>
  keepFolder(join(data.folder, `attributed-${data.conntrack.length}-${SOURCE}`), (folder) =>
    withStore(folder, async (opened) => {
      await ingestInto(opened.store, [...data.kube, ...data.conntrack, ...data.blobs]);
      await attributeWritten(opened);
    }),
  );
