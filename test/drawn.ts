import fc from 'fast-check';

/*
 * Before each test file: the laws draw the same random inputs at each run, so that a change fails for what it changed. `SEED=new npm test` draws others
 * (the seed is told with what fails), `SEED=N` those of N.
 */
const wanted = process.env['SEED'] ?? '1';
export const SEED = wanted === 'new' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
