import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerTypes } from './answer-types.ts';

test('the types of the answers are what the schemas say', () => {
  const written = readFileSync(join(import.meta.dirname, '../src/contract/answers.ts'), 'utf8');
  expect(written, 'the schemas changed: node tools/answer-types.ts').toBe(answerTypes());
});
