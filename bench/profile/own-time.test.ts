import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../data.ts';
import { type CpuProfile, ownTimes } from './own-time.ts';

const at = (path: string): string => pathToFileURL(join(ROOT, path)).href;

const profileOf = (samples: readonly (readonly [functionName: string, url: string, micros: number])[]): CpuProfile => ({
  nodes: samples.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } })),
  samples: samples.map((_, id) => id),
  timeDeltas: samples.map(([, , micros]) => micros),
});

test('time is told by file, of all threads together, and waiting is none', () => {
  const main = profileOf([
    ['fold', at('src/store/fold.ts'), 2_000],
    ['hash', at('src/store/fold.ts'), 5_000],
    ['fold', at('src/store/fold.ts'), 1_000],
    ['(idle)', '', 9_000],
    ['(garbage collector)', '', 500],
    ['query', at('node_modules/chdb/index.js'), 4_000],
    ['pull', at('node_modules/@clickhouse/client/dist/a.js'), 300],
  ]);
  const other = profileOf([
    ['(root)', '', 9_000],
    ['', at('src/store/fold.ts'), 100],
    ['readFileUtf8', '', 200],
    // A step back.
    ['readFileUtf8', '', -50],
  ]);
  expect(ownTimes([main, other])).toEqual([
    {
      file: 'src/store/fold.ts',
      seconds: expect.closeTo(0.0081),
      functions: [
        { name: 'hash', seconds: 0.005 },
        { name: 'fold', seconds: 0.003 },
        { name: 'at the top or unnamed', seconds: 0.0001 },
      ],
    },
    { file: '[chdb]', seconds: 0.004, functions: [{ name: 'query', seconds: 0.004 }] },
    { file: '[garbage collector]', seconds: 0.0005, functions: [{ name: '(garbage collector)', seconds: 0.0005 }] },
    { file: '[@clickhouse/client]', seconds: 0.0003, functions: [{ name: 'pull', seconds: 0.0003 }] },
    { file: '[node]', seconds: 0.0002, functions: [{ name: 'readFileUtf8', seconds: 0.0002 }] },
  ]);
});
