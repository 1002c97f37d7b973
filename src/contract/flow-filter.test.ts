import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completeFlowFilter, FILTER_FIELDS, parseFlowFilter } from './flow-filter.ts';

test.each<[string, string, unknown]>([
  ['nothing filters nothing', '  ', {}],
  ['one field', 'dest = 203.0.113.66', { dest: ['203.0.113.66'] }],
  ['without blanks', 'dest=203.0.113.66:443', { dest: ['203.0.113.66:443'] }],
  ['several values, of which one is to fit', 'dest-port in (443, 5432)', { 'dest-port': ['443', '5432'] }],
  ['conditions hold together', 'ns = shop AND proto = UDP', { namespace: ['shop'], proto: ['udp'] }],
  ['short names', 'dport = 53 and pod = shop/cart', { 'dest-port': ['53'], workload: ['shop/cart'] }],
  [
    'what is left out of verdicts',
    'verdict != exact',
    { verdict: ['probable', 'ambiguous', 'relayed', 'node', 'unattributed'] },
  ],
  [
    'several left out',
    'verdict not in (exact, node)',
    { verdict: ['probable', 'ambiguous', 'relayed', 'unattributed'] },
  ],
  ['a value with a blank, in quotes', 'node = "a b"', { node: ['a b'] }],
  ['a word of the language as a value, in quotes', "workload = 'and'", { workload: ['and'] }],
  [
    'IPv6',
    'dest in (2001:db8::1, [2001:db8::2]:443, 2001:db8::/32)',
    { dest: ['2001:db8::1', '[2001:db8::2]:443', '2001:db8::/32'] },
  ],
])('%s', (_, text, parameters) => {
  expect(parseFlowFilter(text)).toEqual({ ok: true, parameters });
});

test.each<[string, string, string, RegExp]>([
  ['a field that is none', 'dets = 1.2.3.4', 'dets', /no field; did you mean dest\?/],
  ['a field that is nearly one', 'verdct = exact', 'verdct', /did you mean verdict\?/],
  ['an address that is none', 'dest = 203.0.113.266', '203.0.113.266', /IP, a CIDR/],
  ['a port that is none', 'dest-port in (443, 70000)', '70000', /0 to 65535/],
  ['a verdict that is none', 'verdict = exakt', 'exakt', /did you mean exact\?/],
  ['or', 'ns = a or ns = b', 'or', /in \(A, B\)/],
  ['a field twice', 'ns = a and ns = b', 'ns', /twice/],
  ['what cannot be left out', 'dest != 203.0.113.66', '!=', /only verdicts/],
  ['no value', 'dest =', '', /expected a value/],
  ['a list that is not closed', 'dest-port in (443', '', /expected \)/],
  ['a list of nothing', 'dest-port in ()', ')', /commas between/],
  ['two words without and', 'ns = a proto = tcp', 'proto', /expected "and"/],
  ['and at the end', 'ns = a and', '', /behind "and"/],
])('%s is told under the word', (_, text, under, says) => {
  const found = parseFlowFilter(text);
  if (found.ok) throw new Error('it was taken');
  expect(found.mistake.says).toMatch(says);
  expect(text.slice(found.mistake.from, found.mistake.until)).toBe(under);
});

test('whatever is typed is taken or has a mistake that lies within it', () => {
  const piece = fc.constantFrom(
    ...FILTER_FIELDS.map(({ name }) => name),
    '=',
    '!=',
    'in',
    'not',
    '(',
    ')',
    ',',
    'and',
    '"',
    'exact',
    '443',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join(' ')),
      ),
      (text) => {
        const found = parseFlowFilter(text);
        if (!found.ok) {
          expect(found.mistake.from).toBeGreaterThanOrEqual(0);
          expect(found.mistake.from).toBeLessThanOrEqual(found.mistake.until);
          expect(found.mistake.until).toBeLessThanOrEqual(text.length);
        }
        const { from, until } = completeFlowFilter(text, text.length);
        expect(from).toBeLessThanOrEqual(until);
      },
    ),
  );
});

const offered = (text: string): readonly string[] =>
  completeFlowFilter(text, text.length).options.map((option) => option.text);

test.each<[string, string, readonly string[]]>([
  ['a field that was begun', 'ver', ['verdict']],
  ['a sign', 'verdict ', ['=', 'in (', '!=']],
  ['a value', 'verdict = un', ['unattributed']],
  ['a value of a list', 'proto in (tcp, u', ['udp']],
  ['and', 'proto = tcp ', ['and']],
  ['fields that are not there yet', 'proto = tcp and d', ['dest', 'dest-port']],
])('%s is offered', (_, text, options) => {
  expect(offered(text)).toEqual(options);
});
