import { dataOf } from './data.ts';
import { evaluated } from './evaluated.ts';
import { proofRun } from './proof-run.ts';
import { storeHash } from './store-hash.ts';
import { lineSums, recordSums } from './store-sums.ts';
import { attributeWritten, ingestInto, withStore } from './unmasq.ts';

/** One step of the proof, in a process that may be killed: `proof-child.ts ingest|attribute|look|evaluate FOLDER FLOWS`. */
const [, , step = '', folder = '', flows = ''] = process.argv;
const data = dataOf(proofRun(Number(flows)));

const answer = await withStore(folder, async (opened): Promise<unknown> => {
  const { store, engine } = opened;
  process.send?.('open');
  switch (step) {
    case 'ingest':
      return ingestInto(store, [...data.kube, ...data.conntrack, ...data.blobs]);
    case 'attribute':
      return attributeWritten(opened);
    case 'look':
      return { records: await recordSums(engine), lines: await lineSums(engine), hash: await storeHash(engine) };
    case 'evaluate': {
      const { exact, matched, truthWithoutFlow, translated } = await evaluated(store, data.folder);
      return { exact, matched, truthWithoutFlow, translated };
    }
    default:
      throw new Error(`there is no step ${step}`);
  }
});
process.send?.(answer ?? null);
process.disconnect?.();
