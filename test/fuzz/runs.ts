/** How many inputs are tried: few in each run of the tests, as many as `npm run fuzz` says. They are others with another `FUZZ_SEED`. */
export const runsOf = (few: number): number => Number(process.env['FUZZ_RUNS'] ?? few);
export const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 1);
