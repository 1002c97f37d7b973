import { expect, test } from 'vitest';
import { type Instant, instant, SECOND } from '../../base/instant.ts';
import { debugPod } from './debug-pod.ts';
import { leftBehind } from './left-behind.ts';

const AT = instant(Date.UTC(2026, 10, 22, 3));
const ago = (seconds: number): string => new Date(AT - seconds * SECOND).toISOString();

/** Made so many seconds ago; it ended so many ago. It lives for 210 s at most. */
const pod = (name: string, made: number, ended: number | null) => {
  const [run = '', index] = name.split('-');
  const spec = debugPod('node', Number(index), { run, image: 'i', forSeconds: 60, startSeconds: 90 }) as {
    readonly metadata: object;
  };
  const terminated = ended === null ? {} : { terminated: { exitCode: 0, finishedAt: ago(ended) } };
  return {
    ...spec,
    metadata: { ...spec.metadata, name, creationTimestamp: ago(made) },
    status: { phase: ended === null ? 'Running' : 'Succeeded', containerStatuses: [{ state: terminated }] },
  };
};
const names = (at: Instant, ...pods: readonly object[]): readonly string[] =>
  leftBehind(pods, at).map((one) => (one as { metadata: { name: string } }).metadata.name);

test.each<[string, readonly object[], readonly string[]]>([
  ['one that listens', [pod('a-0', 30, null)], []],
  ['one that ended just now: its log is read', [pod('a-0', 80, 9)], []],
  ['one that ended, and nobody deleted it', [pod('a-0', 80, 11)], ['a-0']],
  ['one that ended before another of its look', [pod('a-0', 80, 30), pod('a-1', 80, null)], []],
  ['all of a look', [pod('a-0', 80, 30), pod('a-1', 80, 12)], ['a-0', 'a-1']],
  ['of two looks the one that is over', [pod('a-0', 80, 30), pod('b-0', 80, null)], ['a-0']],
  ['within its time', [pod('a-0', 270, null)], []],
  ['past its time', [pod('a-0', 271, null), pod('a-1', 200, null)], ['a-0']],
])('%s', (_, pods, expected) => {
  expect(names(AT, ...pods)).toEqual(expected);
});

test('what somebody else made of the name is nobody’s', () => {
  expect(leftBehind([null, {}, { metadata: { name: 'x' } }], AT)).toEqual([]);
});
