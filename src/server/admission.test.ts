import { expect, test } from 'vitest';
import { admit, parseTokens } from './admission.ts';

const SECRET = '0123456789abcdef';

const told = (text: string): unknown => {
  const parsed = parseTokens(text);
  return parsed.ok
    ? parsed.value.map(({ role, name, node, namespaces }) => ({ role, name, node, namespaces }))
    : parsed.problem;
};

test.each<[string, string, unknown]>([
  ['a token of no node', `ingest all ${SECRET}`, [{ role: 'ingest', name: 'all', node: null, namespaces: null }]],
  [
    'the token of an agent',
    `ingest a ${SECRET} node=aks-1`,
    [{ role: 'ingest', name: 'a', node: 'aks-1', namespaces: null }],
  ],
  ['whoever reads all', `read a ${SECRET}`, [{ role: 'read', name: 'a', node: null, namespaces: null }]],
  [
    'whoever reads two namespaces',
    `read a ${SECRET} namespace=shop,shop-jobs`,
    [{ role: 'read', name: 'a', node: null, namespaces: ['shop', 'shop-jobs'] }],
  ],
  [
    'no namespace at all',
    `read a ${SECRET} namespace=`,
    'line 1: behind the token only namespace=NAMESPACE,… may stand where the role is read',
  ],
  ['a namespace without a name', `read a ${SECRET} namespace=shop,`, 'line 1: "" is no name of a namespace'],
  ['a pattern is no name', `read a ${SECRET} namespace=*`, 'line 1: "*" is no name of a namespace'],
  [
    'whoever brings in has no namespaces',
    `ingest a ${SECRET} namespace=shop`,
    'line 1: behind the token only node=NODE may stand where the role is ingest',
  ],
  [
    'whoever reads has no node',
    `read a ${SECRET} node=aks-1`,
    'line 1: behind the token only namespace=NAMESPACE,… may stand where the role is read',
  ],
  [
    'a node without a name',
    `ingest a ${SECRET} node=`,
    'line 1: behind the token only node=NODE may stand where the role is ingest',
  ],
  [
    'a word too many',
    `ingest a ${SECRET} node=x y`,
    'line 1: expected ROLE NAME TOKEN, ingest NAME TOKEN node=NODE, or read NAME TOKEN namespace=NAMESPACE,…',
  ],
])('%s', (_, text, expected) => {
  expect(told(text)).toEqual(expected);
});

test('who is admitted is bound to the node of the token', () => {
  const tokens = parseTokens(`ingest a ${SECRET} node=aks-1\n`);
  expect(tokens.ok && admit(tokens.value, `Bearer ${SECRET}`, 'ingest')).toEqual({
    name: 'a',
    node: 'aks-1',
    namespaces: null,
  });
});
