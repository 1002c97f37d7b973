import { readdirSync } from 'node:fs';

/** A run beside something else would mix with it. */
export const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0;
