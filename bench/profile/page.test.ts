import { expect, test } from 'vitest';
import { withProfile } from './page.ts';

test('another profile takes the place of the one before, and what is written by hand stays', () => {
  const page = '# Profile\n\nold\n\n## What was tried, and did not help\n\nby hand\n';
  expect(withProfile(page, '# Profile\n\nnew\n')).toBe(
    '# Profile\n\nnew\n\n## What was tried, and did not help\n\nby hand\n',
  );
});
