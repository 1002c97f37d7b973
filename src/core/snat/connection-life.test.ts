import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IDLE } from '../attribution/flow.ts';
import { OPEN } from '../attribution/lease.ts';
import { connectionLife, type ConnectionSeen } from './connection-life.ts';

const TCP = 6;
const UDP = 17;
const of = (rest: Partial<ConnectionSeen>): ConnectionSeen => ({
  protocol: TCP,
  begin: 0,
  last: 1_000,
  ended: true,
  observedBy: 'both',
  goneAt: null,
  ...rest,
});

test.each<[string, Partial<ConnectionSeen>, shut: number, freeAt: number, until: number]>([
  ['recorded, its entry not', {}, 1_000, 61_000, 121_000],
  ['recorded, and its entry went', { goneAt: 119_000 }, 1_000, 61_000, 119_000],
  ['reset: the pod keeps its port no longer than the node', { goneAt: 11_000 }, 1_000, 11_000, 11_000],
  ['an entry that went before the last record was written', { goneAt: 900 }, 1_000, 1_000, 1_000],
  [
    'an entry alone: it was kept for two minutes',
    { observedBy: 'conntrack', last: 125_000, goneAt: 125_000 },
    5_000,
    65_000,
    125_000,
  ],
  [
    'an entry alone of exactly two minutes',
    { observedBy: 'conntrack', last: 120_000, goneAt: 120_000 },
    0,
    60_000,
    120_000,
  ],
  [
    'an entry alone of less was reset',
    { observedBy: 'conntrack', last: 119_999, goneAt: 119_999 },
    109_999,
    119_999,
    119_999,
  ],
  [
    'an entry alone that was there for less than it is kept',
    { observedBy: 'conntrack', last: 4_000, goneAt: 4_000 },
    0,
    4_000,
    4_000,
  ],
  [
    'not recorded to end, but its entry went',
    { ended: false, last: 60_000, goneAt: 300_000 },
    180_000,
    240_000,
    300_000,
  ],
  ['and not shut before its last record', { ended: false, last: 250_000, goneAt: 300_000 }, 250_000, 300_000, 300_000],
  ['open', { ended: false, observedBy: 'conntrack' }, OPEN, OPEN, OPEN],
  [
    'open, for all that the flow log tells',
    { ended: false, observedBy: 'flow-log' },
    1_000 + IDLE,
    1_000 + IDLE,
    1_000 + IDLE,
  ],
  ['a datagram and its answer', { protocol: UDP, last: 50 }, 50, 50, 30_050],
  ['datagrams of exactly two seconds', { protocol: UDP, last: 2_000 }, 2_000, 2_000, 32_000],
  ['datagrams for longer', { protocol: UDP, last: 2_001 }, 2_001, 2_001, 122_001],
  [
    'an entry of datagrams alone',
    { protocol: UDP, observedBy: 'conntrack', last: 30_040, goneAt: 30_040 },
    40,
    40,
    30_040,
  ],
])('%s', (_, rest, shut, freeAt, until) => {
  expect(connectionLife(of(rest))).toEqual({ from: 0, shut, freeAt, until });
});

test('first it is shut, then the pod has its port back, then the node', () => {
  fc.assert(
    fc.property(
      fc.record({
        protocol: fc.constantFrom(TCP, UDP),
        begin: fc.nat(1_000_000),
        lasts: fc.nat(1_000_000),
        ended: fc.boolean(),
        observedBy: fc.constantFrom('flow-log' as const, 'conntrack' as const, 'both' as const),
        gone: fc.option(fc.integer({ min: -1_000, max: 1_000_000 })),
      }),
      ({ begin, lasts, gone, ...rest }) => {
        const last = begin + lasts;
        const life = connectionLife({ ...rest, begin, last, goneAt: gone === null ? null : last + gone });
        expect(life.from).toBeLessThanOrEqual(life.shut);
        expect(life.shut).toBeLessThanOrEqual(life.freeAt);
        expect(life.freeAt).toBeLessThanOrEqual(life.until);
        expect(rest.observedBy === 'conntrack' || life.shut >= last).toBe(true);
      },
    ),
  );
});
