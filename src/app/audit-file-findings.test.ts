import { expect, test } from 'vitest';
import { absentSaid } from './audit-file-findings.ts';
import type { WhyAbsent } from '../core/monitoring/terraform/configuration.ts';

const spot = { file: 'main.tf', at: { line: 7, column: 1, from: 0, until: 0 } };

test.each<[WhyAbsent, string]>([
  [{ kind: 'not-here', source: 'a/b/c' }, 'module.m is not here: a/b/c'],
  [{ kind: 'calls-itself', source: './' }, 'module.m calls a module that it is in: ./'],
  [
    { kind: 'too-many', what: 'instances', looked: 64, left: 36 },
    'module.m: 36 instances are not looked at, behind the first 64',
  ],
  [
    { kind: 'too-many', what: 'blocks', looked: 64, left: 1 },
    'module.m: 1 block is not looked at, behind the first 64',
  ],
  [
    { kind: 'too-many', what: 'modules', looked: 500, left: 2 },
    'module.m: 2 modules are not looked at, as 500 are the most of a configuration',
  ],
  [
    { kind: 'too-long', looked: 500_000 },
    'more than 500000 expressions: what stands at main.tf:7 and is worked out after it is not told',
  ],
])('%j', (why, said) => {
  expect(absentSaid({ address: 'module.m', spot, why })).toBe(said);
});
