import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Sighting } from '../facts.ts';
import { sighting } from './sighting.testing.ts';
import { type Call, skewsOf } from './skew.ts';

const call = (
  from: number,
  until: number,
  nodes: readonly [string, string] = ['n1', 'n2'],
  kind: Sighting['kind'] = 'client',
): Call => ({
  caller: sighting({ kind, begin: instant(1_000), until: instant(1_100) }),
  callee: sighting({ kind: 'server', begin: instant(1_000 + from), until: instant(1_000 + until) }),
  callerNode: nodes[0],
  calleeNode: nodes[1],
});

test.each<[string, readonly Call[], readonly string[]]>([
  ['within the call: nothing to tell', [call(0, 100)], []],
  ['taken before it was made: behind', [call(-1, 99)], ['n2 -1..-1 of 1']],
  ['a bound from either side', [call(-30, 50)], ['n2 -50..-30 of 1']],
  ['answered after the answer came: ahead', [call(60, 120)], ['n2 20..60 of 1']],
  ['calls narrow it down', [call(-30, 50), call(-40, 45)], ['n2 -50..-40 of 2']],
  ['calls that bound it from no side together', [call(-30, 50), call(-40, 65)], ['n2 -Infinity..-40 of 2']],
  ['a millisecond ahead', [call(5, 101)], ['n2 1..5 of 1']],
  ['taken as it was made, and answered late', [call(0, 500)], []],
  ['an hour off', [call(3_600_010, 3_600_090)], ['n2 3599990..3600010 of 1']],
  ['the callee worked on after its answer: no bound from below', [call(-30, 500)], ['n2 -Infinity..-30 of 1']],
  ['the callee worked on, and nothing else is odd', [call(10, 500)], []],
  ['one node has one clock', [call(-30, 50, ['n1', 'n1'])], []],
  ['a node that is not known', [call(-30, 50, ['n1', ''])], []],
  ['through a broker', [call(-30, 50, ['n1', 'n2'], 'producer')], []],
])('%s', (_, calls, expected) => {
  const told = skewsOf(calls).map((s) => `${s.node} ${s.leastMs}..${s.mostMs} of ${s.calls}`);
  expect(told).toEqual(expected);
});
