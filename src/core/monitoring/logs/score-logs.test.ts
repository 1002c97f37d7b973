import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogSample } from './log-sample.ts';
import { type LogScore, scoreLogs } from './score-logs.ts';
import type { LineField, ToldLine } from './told-line.ts';

const field = (path: string, value = 'v', bytes = 10): LineField => ({ path, value, bytes });
/** A line in which nothing is wrong. */
const GOOD: ToldLine = {
  service: 'cart',
  place: { file: 'f', line: 1 },
  bytes: 1_000,
  isJson: true,
  isContinuation: false,
  fields: [],
  level: 'info',
  time: { form: 'RFC 3339', atMs: 1_000 },
  takenMs: 1_000,
  isRequest: true,
  traceId: 't',
  ids: [],
  calls: '',
};
const score = (lines: readonly Partial<ToldLine>[]): LogScore => {
  const sample = new LogSample();
  lines.forEach((line, i) => {
    sample.line({ ...GOOD, place: { file: 'f', line: i + 1 }, ...line });
  });
  return scoreLogs(sample);
};
const found = (lines: readonly Partial<ToldLine>[]): readonly string[] =>
  score(lines).findings.map(
    ({ code, severity, place, subject, message }) => `${code} ${severity} ${place.line} ${subject}: ${message}`,
  );
const many = (n: number, line: Partial<ToldLine>): readonly Partial<ToldLine>[] =>
  Array.from({ length: n }, () => line);
const WORDS: Partial<ToldLine> = { isJson: false };

test('where nothing is wrong nothing is found', () => {
  expect(score(many(3, {}))).toEqual({
    aspects: { json: 1, levels: 1, times: 1, names: null, ids: 1, propagated: null, lean: 1 },
    score: 100,
    findings: [],
    hops: [],
  });
});

test.each<[string, readonly Partial<ToldLine>[], readonly string[]]>([
  ['one line in twenty may be words', [...many(19, {}), WORDS], []],
  ['two of 39 are too many', [...many(37, {}), WORDS, WORDS], ['LOG010 warning 38 cart: 2 of 39 lines are not JSON']],
  [
    'a stack trace is told as one, and lacks no level',
    [{}, { ...WORDS, isContinuation: true, level: null, isRequest: false }],
    ['LOG010 warning 2 cart: 1 of 2 lines are not JSON, 1 of them are parts of stack traces'],
  ],
  ['no level', [{}, { level: null }], ['LOG009 note 2 cart: 1 of 2 lines tell no level']],
  [
    'one level in two words',
    [{ level: 'WARN' }, { level: 'warning' }],
    ['LOG009 note 2 warn: WARN (1 line of cart), warning (1 line of cart)'],
  ],
  ['two levels', [{ level: 'warn' }, { level: 'info' }], []],
  [
    'no time',
    [{ time: null, takenMs: null }],
    ['LOG015 warning 1 cart: 1 of 1 line tell no time, and nothing around them does'],
  ],
  ['no time of its own, where the runtime has one', [{ time: null }], []],
  [
    'no zone',
    [{ time: { form: 'without a zone', atMs: 1_000 } }],
    ['LOG015 warning 1 cart: 1 of 1 times are without a zone'],
  ],
  ['a minute off', [{ time: { form: 'RFC 3339', atMs: 61_000 } }], []],
  [
    'an hour off',
    [{ time: { form: 'RFC 3339', atMs: 1_000 - 3_600_000 } }],
    ['LOG015 warning 1 cart: its times are 60 min before the lines were taken: a local time, or a clock that is wrong'],
  ],
  [
    'a minute and a bit off, by the middle of its lines',
    [{ time: { form: 'RFC 3339', atMs: 999_000 } }, {}, { time: { form: 'RFC 3339', atMs: 62_000 } }],
    ['LOG015 warning 1 cart: its times are 1 min after the lines were taken: a local time, or a clock that is wrong'],
  ],
  [
    'lines of stack traces are no lines with a level and a time',
    [{ level: null, time: null, takenMs: null }, {}, ...many(18, { isContinuation: true, isRequest: false })],
    [
      'LOG009 note 1 cart: 1 of 2 lines tell no level',
      'LOG015 warning 1 cart: 1 of 2 lines tell no time, and nothing around them does',
    ],
  ],
  ['one level in twenty may be missing', [...many(19, {}), { level: null }], []],
  ['one time in twenty as well', [...many(19, {}), { time: null, takenMs: null }], []],
  [
    'and one zone',
    [...many(19, { time: { form: 'of its own', atMs: null } }), { time: { form: 'without a zone', atMs: 1_000 } }],
    ['LOG015 note 20 forms of time: of its own (19 lines of cart), without a zone (1 line of cart)'],
  ],
  [
    'ten values of a field are of who wrote it, where each is in five lines',
    Array.from({ length: 50 }, (_, i) => ({ fields: [field('pod', `p${i % 10}`, 100)] })),
    ['LOG014 note 1 cart: 10 % of its bytes are in pod (PodName)'],
  ],
  ['eleven are not', Array.from({ length: 55 }, (_, i) => ({ fields: [field('pod', `p${i % 11}`, 100)] })), []],
  ['nor ten in less', Array.from({ length: 49 }, (_, i) => ({ fields: [field('pod', `p${i % 10}`, 100)] })), []],
  [
    'names of four services',
    ['a', 'b', 'c', 'd', 'e'].map((service) => ({ service, fields: [field(service === 'e' ? 'msg' : 'message')] })),
    ['LOG012 warning 5 message: message (4 lines of a, b, c …), msg (1 line of e)'],
  ],
  [
    'two forms of time',
    [{}, { time: { form: 'epoch seconds', atMs: 1_000 } }],
    ['LOG015 note 2 forms of time: RFC 3339 (1 line of cart), epoch seconds (1 line of cart)'],
  ],
  ['no id at all', many(2, { traceId: '' }), ['LOG011 critical 1 cart: none of 2 lines about requests carries an id']],
  ['no id, and no requests either', many(2, { traceId: '', isRequest: false }), []],
  ['a correlation id will do', many(2, { traceId: '', ids: ['r'] }), []],
  ['one of five without is left alone', [...many(4, {}), { traceId: '' }], []],
  [
    'two of nine are not',
    [...many(7, {}), ...many(2, { traceId: '' })],
    ['LOG011 warning 8 cart: 2 of 9 lines about requests carry no id'],
  ],
  [
    'one thing by two names',
    [{ fields: [field('trace_id')] }, { fields: [field('trace_id')] }, { service: 'pay', fields: [field('traceId')] }],
    ['LOG012 warning 3 trace id: trace_id (2 lines of cart), traceId (1 line of pay)'],
  ],
  [
    'a thing of their own by two names',
    [{ fields: [field('order_id')] }, { service: 'pay', fields: [field('orderId')] }],
    ['LOG012 warning 1 orderId: orderId (1 line of pay), order_id (1 line of cart)'],
  ],
  [
    'one line in more than a hundred is an oversight',
    [...many(100, { fields: [field('msg')] }), { fields: [field('message')] }],
    [],
  ],
  ['a trace id and a request id are two things', [{ fields: [field('trace_id'), field('request_id')] }], []],
  [
    'what ContainerLogV2 has',
    many(3, { fields: [field('kubernetes.pod_name', 'p', 50), field('kubernetes.labels.app', 'cart', 100)] }),
    [
      'LOG014 note 1 cart: 15 % of its bytes are in kubernetes.labels.app (KubernetesMetadata.podLabels), kubernetes.pod_name (PodName)',
    ],
  ],
  ['less than a hundredth', many(3, { fields: [field('pod', 'p', 9)] }), []],
  [
    'a hundredth',
    many(3, { fields: [field('pod', 'p', 10)] }),
    ['LOG014 note 1 cart: 1 % of its bytes are in pod (PodName)'],
  ],
  [
    'a host that is another in each line is that of the request',
    [1, 2, 3].map((n) => ({ fields: [field('host', `h${n}`, 100)] })),
    [],
  ],
])('%s', (_, lines, expected) => {
  expect(found(lines)).toEqual(expected);
});

const calls = (traceId: string): Partial<ToldLine> => ({ service: 'shop/cart', traceId, calls: 'payment.shop.svc' });
const takes = (traceId: string): Partial<ToldLine> => ({ service: 'shop/payment', traceId });

test.each<[string, readonly Partial<ToldLine>[], readonly string[], number | null]>([
  ['all arrive', [calls('a'), takes('a')], [], 1],
  [
    'one does not',
    [calls('a'), calls('b'), takes('a')],
    [
      'LOG013 warning 3 shop/cart → shop/payment: 1 of 2 ids with which shop/cart called are in no line of shop/payment: some arrive (b)',
    ],
    0.5,
  ],
  [
    'the other has its own',
    [calls('a'), takes('z')],
    [
      'LOG013 warning 2 shop/cart → shop/payment: 1 of 1 ids with which shop/cart called are in no line of shop/payment: the other has ids of its own (a)',
    ],
    0,
  ],
  [
    'the other has none',
    [calls('a'), { ...takes(''), isRequest: false }],
    [
      'LOG013 warning 2 shop/cart → shop/payment: 1 of 1 ids with which shop/cart called are in no line of shop/payment: the other carries no ids at all (a)',
    ],
    0,
  ],
  ['nobody of that name is in the sample', [calls('a')], [], null],
  ['it calls itself', [{ ...calls('a'), calls: 'cart' }], [], null],
])('ids on their way: %s', (_, lines, expected, share) => {
  expect(found(lines)).toEqual(expected);
  expect(score(lines).aspects.propagated).toBe(share);
});

test('findings are in the order of files, lines, codes and subjects', () => {
  const at = (file: string, line: number, service: string): Partial<ToldLine> => ({
    place: { file, line },
    service,
    isJson: false,
    level: null,
    isRequest: false,
  });
  const { findings } = score([at('b', 1, 'z'), at('a', 2, 'y'), at('a', 1, 'x'), at('b', 1, 'w')]);
  expect(findings.map(({ code, place, subject }) => `${place.file}:${place.line} ${code} ${subject}`)).toEqual([
    'a:1 LOG009 x',
    'a:1 LOG010 x',
    'a:2 LOG009 y',
    'a:2 LOG010 y',
    'b:1 LOG009 w',
    'b:1 LOG009 z',
    'b:1 LOG010 w',
    'b:1 LOG010 z',
  ]);
});

test('aspects are shares of the lines that could have it', () => {
  const { aspects, score: whole } = score([
    {},
    { isJson: false, level: null, traceId: '', time: null, takenMs: null },
    { isJson: false, isContinuation: true, isRequest: false },
    { time: { form: 'without a zone', atMs: 1_000 }, isRequest: false, fields: [field('msg'), field('ts')] },
    { fields: [field('message'), field('ts'), field('own')] },
  ]);
  expect(aspects).toEqual({
    json: 3 / 5,
    levels: 3 / 4,
    times: 2 / 4,
    // Time has one name, the message two; what is their own does not count.
    names: 1 / 2,
    ids: 2 / 3,
    propagated: null,
    lean: 1,
  });
  expect(whole).toBe(Math.round((100 * (3 / 5 + 3 / 4 + 1 / 2 + 1 / 2 + 2 / 3 + 1)) / 6));
});

test('what is spared is told of all bytes, not of those of its service', () => {
  const lines = [{ fields: [field('pod', 'p', 500)] }, { service: 'pay', bytes: 9_000 }];
  expect(score(lines).findings).toMatchObject([{ code: 'LOG014', sparedShare: 0.05 }]);
});

test('an empty sample has no score', () => {
  expect(score([])).toMatchObject({ score: null, findings: [] });
});

test('a good line more never lowers an aspect of shares, a bad one never raises the score', () => {
  const line: fc.Arbitrary<Partial<ToldLine>> = fc.record({
    isJson: fc.boolean(),
    level: fc.constantFrom('info', null),
    traceId: fc.constantFrom('t', ''),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
      const [before, good] = [score(lines).aspects, score([...lines, {}]).aspects];
      for (const aspect of ['json', 'levels', 'ids'] as const)
        expect(good[aspect]).toBeGreaterThanOrEqual(before[aspect] ?? 0);
      const bad = score([...lines, { isJson: false, level: null, traceId: '' }]);
      expect(bad.score).toBeLessThanOrEqual(score(lines).score ?? 0);
    }),
  );
});
