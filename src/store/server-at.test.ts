import { expect, test } from 'vitest';
import { parseServerAt } from './server-at.ts';

const NOBODY = { user: null, password: null, ca: null };

test.each<[string, string, typeof NOBODY | Record<'user' | 'password' | 'ca', string | null>, object]>([
  ['no database is "unmasq"', 'https://ch:8443', NOBODY, { database: 'unmasq', user: null, password: null }],
  ['a path is the database', 'https://ch:8443/other/', NOBODY, { database: 'other' }],
  ['a user and a password, as a URL spells them', 'https://a%40b:p%2Fw@ch', NOBODY, { user: 'a@b', password: 'p/w' }],
  [
    'what stands apart counts before the URL',
    'https://a:b@ch',
    { user: 'c', password: 'd', ca: 'PEM' },
    { user: 'c', password: 'd', ca: 'PEM' },
  ],
])('%s', (_, text, apart, expected) => {
  const at = parseServerAt(text, apart);
  expect(at).toMatchObject({ ok: true, value: expected });
  // The address goes into messages: nothing that gives access stands in it.
  expect(at.ok && at.value.url.href).toBe(text.includes('8443') ? 'https://ch:8443/' : 'https://ch/');
});

test.each([
  ['another protocol', 'clickhouse://ch:9000', 'expected https://'],
  ['no URL', 'ch', 'expected https://'],
  ['a query', 'https://ch/?database=x', 'nothing may follow'],
  ['a query beside the cluster', 'https://ch/?cluster=c&user=x', 'nothing may follow'],
  ['a cluster twice', 'https://ch/?cluster=c&cluster=d', 'nothing may follow'],
  ['a cluster without a name', 'https://ch/?cluster=', 'letters, digits'],
  ['a name of a cluster that SQL would have to quote', "https://ch/?cluster=a'b", 'letters, digits'],
  ['several servers that are no cluster', 'https://a,b/x', 'its name follows as ?cluster=NAME'],
  ['a server twice', 'https://a,b:443,a:443/x?cluster=c', 'named twice'],
  ['a server without a name', 'https://a,,b/x?cluster=c', 'expected HOST'],
  ['a deeper path', 'https://ch/a/b', 'has no "/"'],
  ['a name that SQL would have to quote', 'https://ch/a%60b', 'letters, digits and _'],
])('%s is refused', (_, text, problem) => {
  expect(parseServerAt(text, NOBODY)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) as string });
});

test('a cluster is its name and a server of each shard', () => {
  expect(parseServerAt('https://u:p@a:8443,b:9443,c/shop?cluster=prod-1', NOBODY)).toMatchObject({
    ok: true,
    value: {
      url: new URL('https://a:8443/'),
      user: 'u',
      database: 'shop',
      cluster: { name: 'prod-1', others: [new URL('https://b:9443/'), new URL('https://c/')] },
    },
  });
  expect(parseServerAt('https://a/?cluster=one', NOBODY)).toMatchObject({
    value: { database: 'unmasq', cluster: { name: 'one', others: [] } },
  });
  expect(parseServerAt('https://a', NOBODY)).toMatchObject({ value: { cluster: null } });
});
