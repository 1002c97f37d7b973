import { expect, test } from 'vitest';
import { admit, parseTokens } from './admission.ts';

const SECRET = '0123456789abcdef';

const told = (text: string): unknown => {
  const parsed = parseTokens(text);
  return parsed.ok ? parsed.value.map(({ role, name, node }) => ({ role, name, node })) : parsed.problem;
};

test.each<[string, string, unknown]>([
  ['a token of no node', `ingest all ${SECRET}`, [{ role: 'ingest', name: 'all', node: null }]],
  ['the token of an agent', `ingest a ${SECRET} node=aks-1`, [{ role: 'ingest', name: 'a', node: 'aks-1' }]],
  [
    'whoever reads has no node',
    `read a ${SECRET} node=aks-1`,
    'line 1: behind the token only node=NODE may stand, and only where the role is ingest',
  ],
  [
    'a node without a name',
    `ingest a ${SECRET} node=`,
    'line 1: behind the token only node=NODE may stand, and only where the role is ingest',
  ],
  [
    'a word too many',
    `ingest a ${SECRET} node=x y`,
    'line 1: expected ROLE NAME TOKEN, or ingest NAME TOKEN node=NODE',
  ],
])('%s', (_, text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('who is admitted is bound to the node of the token', () => {
  const tokens = parseTokens(`ingest a ${SECRET} node=aks-1\n`);
  expect(tokens.ok && admit(tokens.value, `Bearer ${SECRET}`, 'ingest')).toEqual({ name: 'a', node: 'aks-1' });
});
