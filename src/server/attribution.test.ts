import { expect, test } from 'vitest';
import type { Instant } from '../base/instant.ts';
import type { Store } from '../core/ports.ts';
import { Attribution } from './attribution.ts';

/** A store whose work ends when it is told to, and what it was asked. */
const slowStore = () => {
  const asked: string[] = [];
  const ends: (() => void)[] = [];
  const work = (what: string): Promise<never> => {
    asked.push(what);
    return new Promise((resolve) => {
      ends.push(() => resolve(undefined as never));
    });
  };
  const ended = async (): Promise<void> => {
    while (ends.length === 0) await new Promise(setImmediate);
    ends.shift()?.();
  };
  const asking = async (what: string): Promise<void> => {
    while (asked.at(-1) !== what) await new Promise(setImmediate);
  };
  const store: Pick<Store, 'attribute' | 'grade'> = {
    attribute: (cluster, _now, _progress, clocks) => work(`${clocks === 'kept' ? 'attribute' : 'measure'} ${cluster}`),
    grade: (cluster) => work(`grade ${cluster}`),
  };
  return { asked, asking, ended, store };
};

const attributionOver = ({ store }: ReturnType<typeof slowStore>): Attribution =>
  new Attribution(
    store,
    () => 0 as Instant,
    (_, error) => {
      throw error;
    },
  );

test('what comes in first gets its verdicts at once, what comes in meanwhile gets them together', async () => {
  const slow = slowStore();
  const attribution = attributionOver(slow);
  attribution.wake('a');
  await slow.asking('attribute a');
  for (let i = 0; i < 5; i++) attribution.wake('a');
  const settled = attribution.settled();
  for (let i = 0; i < 5; i++) await slow.ended();
  await settled;
  expect(slow.asked).toEqual(['attribute a', 'measure a', 'grade a', 'measure a', 'grade a']);
  expect(attribution.pending).toBe(0);
});

test('whoever waits for verdicts does not wait for those of what comes in later', async () => {
  const slow = slowStore();
  const attribution = attributionOver(slow);
  attribution.wake('a');
  await slow.asking('attribute a');
  const settled = attribution.settled();
  attribution.wake('b');
  for (let i = 0; i < 3; i++) await slow.ended();
  await settled;
  expect(attribution.pending).toBe(1);
  await slow.ended();
  await slow.ended();
});

test('clocks are measured and verdicts graded when nothing else comes in, though nobody waits for it', async () => {
  const slow = slowStore();
  const attribution = attributionOver(slow);
  attribution.wake('a');
  await slow.ended();
  await slow.ended();
  await slow.asking('grade a');
  attribution.wake('a');
  for (let i = 0; i < 4; i++) await slow.ended();
  expect(slow.asked).toEqual(['attribute a', 'measure a', 'grade a', 'attribute a', 'measure a', 'grade a']);
});
