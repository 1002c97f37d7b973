import { expect, test } from 'vitest';
import { threadKind } from './thread-times.ts';

test.each([
  ['MainThread', true, 'program'],
  ['session', false, 'session'],
  ['verdicts', false, 'verdicts'],
  ['V8Worker', false, 'node'],
  ['v8:ProfEvntProc', false, 'profiler'],
  ['libuv-worker', false, 'node'],
  ['MergeMutate', false, 'merges'],
  ['BgSchPool', false, 'merges'],
  ['ThreadPool', false, 'engine'],
  ['QueryPipelineEx', false, 'engine'],
])('a thread named %s', (name, isMain, kind) => {
  expect(threadKind(isMain, name)).toBe(kind);
});
