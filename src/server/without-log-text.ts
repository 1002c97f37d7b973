import { createHash } from 'node:crypto';
import type { Batch, Store } from '../core/ports.ts';

/**
 * A store that keeps of a log line when it was written, by whom, with which ids and destinations, and not what it says. Of two lines at one
 * time it still knows that they are two.
 */
export const withoutLogText = (store: Store): Store => ({
  ...store,
  write: (batches) => store.write(batches.map(bare)),
});

const bare = (batch: Batch): Batch => ({
  ...batch,
  sightings: batch.sightings.map((sighting) => (sighting.kind === 'log' ? { ...sighting, text: '' } : sighting)),
  logLines: batch.logLines.map((line) => ({ ...line, message: markOf(line.message) })),
});

const markOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);
