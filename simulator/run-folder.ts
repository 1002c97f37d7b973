import { mkdirSync, readdirSync } from 'node:fs';

/** Makes the folder if it is not there. False: it holds something already, and a run beside it would mix with that. */
export const prepareRunFolder = (folder: string): boolean => {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).length === 0;
};
