import { openStore } from '../src/store/open-store.ts';
import { BATCHES, batchOf } from './numbered-batches.ts';
import { writeOne } from './write-one.ts';
import { NOW } from './random-world.ts';

/** Writes batch after batch, round and round, until it is killed: `node write-until-killed.ts FOLDER FIRST`. */
const [, , dataDir = '', first = '0'] = process.argv;
const store = await openStore({ dataDir });
console.log('open');
for (let i = Number(first); ; i++) {
  await writeOne(store, batchOf(i % BATCHES));
  console.log('wrote');
  if (i % 3 === 2) await store.attribute('c', NOW);
}
