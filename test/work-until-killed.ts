import { randomBytes } from 'node:crypto';
import { openServerStore } from '../src/store/open-store.ts';
import { parseServerAt } from '../src/store/server-at.ts';
import { PASSWORD, USER } from './clickhouse-server/start-clickhouse.ts';
import { NOW } from './random-world.ts';
import { PACE_OF_TESTS, sharedBatch, SHARED_BATCHES } from './shared-batches.ts';

/** One of several workers: writes batch after batch, round and round, until it is killed: `node work-until-killed.ts URL FIRST LEASE-MS`. */
const [, , url = '', first = '0', leaseMs = ''] = process.argv;
const at = parseServerAt(url, { user: USER, password: PASSWORD, ca: null });
if (!at.ok) throw new Error(at.problem);
const store = await openServerStore(at.value, {
  nonce: randomBytes(16).toString('hex'),
  elapsedMs: () => performance.now(),
  pace: { ...PACE_OF_TESTS, leaseMs: Number(leaseMs) },
});
await store.workers.stay();
console.log('open');
for (let i = Number(first); ; i++) {
  try {
    await store.write([sharedBatch(i % SHARED_BATCHES)]);
    console.log('wrote');
    if (i % 3 === 2) await store.attribute('c', NOW);
  } catch (error) {
    // As a server has it: what another took meanwhile, or a server failed at, is done again.
    if (!String((error as { readonly code?: unknown }).code).startsWith('E_STORE'))
      console.log(`again: ${(error as Error).message.slice(0, 200)}`);
  }
}
