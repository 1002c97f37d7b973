import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeView, sharedOf, withWords } from './view.ts';

/** Links that were given out. One that is here stays here: it keeps its meaning. */
test.each<[string, object]>([
  ['?v=1', { since: null, until: null, at: null, tz: null, cluster: null, refreshMs: null }],
  ['?v=1&since=1h&tz=Europe%2FBerlin&refresh=30s', { since: '1h', tz: 'Europe/Berlin', refreshMs: 30_000 }],
  [
    '?v=1&cluster=prod&dest=203.0.113.66&since=2026-11-25T10%3A20%3A16.176Z&until=2026-11-25T10%3A21%3A00.000Z',
    { cluster: 'prod', since: '2026-11-25T10:20:16.176Z', until: '2026-11-25T10:21:00.000Z' },
  ],
  ['?at=03%3A04&refresh=1m', { at: '03:04', refreshMs: 60_000 }],
])('%s is understood', (link, view) => {
  const decoded = decodeView(new URLSearchParams(link), '/map');
  expect(decoded.view).toMatchObject(view);
  expect(decoded.notes).toEqual([]);
});

test.each<[string, string, string]>([
  ['/map', 'to=tag&by=bytes&show=graph&limit=300&hide=dns&hide=azure&hide=kube-system', ''],
  ['/map', 'colour=red', 'colour'],
  ['/map', 'by=x', 'by=x'],
  ['/map', 'limit=', 'limit='],
  ['/map', 'limit=41&to=country&show=pie', 'limit=41, to=country, show=pie'],
  ['/map', 'hide=dns&hide=noise', 'hide=noise'],
  ['/map', 'what=ledger', ''],
  ['/map', 'colour=red&by=x', 'colour, by=x'],
  ['/flows', 'by=x&where=anything&flow=f_1', ''],
  ['/flows', 'sort=', 'sort'],
  ['/flows', 'where=', 'where='],
  ['/snat', 'what=plan', ''],
  ['/snat', 'what=cost', 'what=cost'],
  ['/audit', 'what=cost&severity=note&set=a&set=b', ''],
  ['/audit', 'what=plan&severity=bad', 'what=plan, severity=bad'],
  ['/', 'refresh=90s&tz=utc', ''],
  ['/', 'refresh=soon', 'refresh=soon'],
  ['/', 'since=', 'since='],
])('of %s?%s what is not understood is told: %s', (page, link, leftOut) => {
  expect(decodeView(new URLSearchParams(`?v=1&${link}`), page).notes).toEqual(
    leftOut === '' ? [] : [`Not understood in the address, and left out: ${leftOut}.`],
  );
});

test('a later version is told', () => {
  expect(decodeView(new URLSearchParams('?v=2&since=1h'), '/').notes.join(' ')).toMatch(/version 2/);
});

test('one view has one address, and what it says comes back', () => {
  const words = fc.dictionary(
    fc.constantFrom('since', 'until', 'dest', 'where', 'flow', 'cluster'),
    fc.string({ minLength: 1 }),
  );
  fc.assert(
    fc.property(words, words, (first, second) => {
      const both = { ...first, ...second };
      const stepwise = withWords(new URLSearchParams(withWords(new URLSearchParams(), first)), second);
      expect(stepwise).toBe(withWords(new URLSearchParams(), both));
      const back = new URLSearchParams(stepwise);
      for (const [name, value] of Object.entries(both)) expect(back.get(name)).toBe(value);
      expect(sharedOf(back).has('dest')).toBe(false);
    }),
  );
});
