import { expect, test } from 'vitest';
import { fail, ok } from '../src/base/result.ts';
import { releaseNotes } from './release-notes.ts';

const CHANGELOG = `# Changelog

What a user notices.

## Unreleased

- Under way.

## 1.10.0 (2026-12-01)

- Pods are named.

  ### How

  By evidence.

## 1.1.0

- First.

## 1.0.0
`;

test.each([
  ['a version up to the next one', '1.10.0', ok('- Pods are named.\n\n  ### How\n\n  By evidence.\n')],
  ['one that begins like another', '1.1.0', ok('- First.\n')],
  ['what is not released yet', 'Unreleased', ok('- Under way.\n')],
  ['one of which nothing is said', '1.0.0', fail('CHANGELOG.md says nothing of version 1.0.0')],
  [
    'one that there is not',
    '1.1',
    fail('CHANGELOG.md has no version 1.1; it has Unreleased, 1.10.0 (2026-12-01), 1.1.0, 1.0.0'),
  ],
])('%s', (_, version, expected) => {
  expect(releaseNotes(CHANGELOG, version)).toEqual(expected);
});
