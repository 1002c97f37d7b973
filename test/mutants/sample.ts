/** Slips that `npm test` tries each time: file, change. Each must be noticed; `npm run mutants` tries all there are. */
export const SAMPLE: readonly (readonly [file: string, change: string])[] = [];
