import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Told } from './told.ts';

/** Hands the first line to `prepare` and each later one to `change`. The program ends with its stdin, so it never outlives the recorder. */
export const onLines = (prepare: (first: never) => Promise<void>, change: (later: never) => void): void => {
  let prepared: Promise<void> | null = null;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (prepared === null) {
      prepared = prepare(JSON.parse(line) as never);
      void prepared.then(() => tell({ event: 'ready' }));
    } else void prepared.then(() => change(JSON.parse(line) as never));
  });
  lines.on('close', () => process.exit(0));
};

export const tell = (told: Told): void => {
  writeSync(1, `${JSON.stringify(told)}\n`);
};
