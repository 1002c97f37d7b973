import { expect, test } from 'vitest';
import { ConntrackLog } from './conntrack-log.ts';

const event = (id: number): string =>
  `[1795402800.000000]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=${id} dport=443 [UNREPLIED] src=203.0.113.66 dst=10.224.0.5 sport=443 dport=${id} id=${id}`;
const entry = (id: number): string =>
  `ipv4     2 tcp      6 100 ESTABLISHED src=10.244.1.7 dst=203.0.113.66 sport=${id} dport=443 src=203.0.113.66 dst=10.224.0.5 sport=443 dport=${id} [ASSURED] id=${id}`;
const [BEGAN, NONE] = ['# unmasq began 2026-11-22T03:00:00Z', '# unmasq dropped 0 2026-11-22T03:00:00Z'];

const told = (...lines: readonly string[]) => {
  const log = new ConntrackLog();
  return { log, out: lines.flatMap((line) => log.take(line)).concat(log.end()) };
};

test('an entry of the dump that an event began is told by the event alone', () => {
  const { out } = told(
    '# unmasq image',
    BEGAN,
    NONE,
    event(1),
    '# dump 2026-11-22T03:00:01Z',
    entry(1),
    entry(2),
    '# unmasq dumped',
  );
  expect(out).toEqual([`${event(1)}\n`, '# dump 2026-11-22T03:00:01Z\n', `${entry(2)}\n`]);
});

test.each<[string, readonly string[], RegExp | null]>([
  [
    'all that was written was read',
    [event(1), event(2), 'conntrack v1.4.7 (conntrack-tools): 2 flow events have been shown.'],
    null,
  ],
  [
    'the log was rotated',
    [event(1), 'conntrack v1.4.7 (conntrack-tools): 9 flow events have been shown.'],
    /8 of 9 events were rotated/,
  ],
  ['the kernel dropped some', ['# unmasq dropped 7 2026-11-22T03:00:05Z', event(1)], /the kernel dropped 7 events/],
])('where %s', (_, lines, gap) => {
  const gaps = told('# unmasq image', BEGAN, NONE, ...lines).out.filter((line) => line.includes('gap'));
  expect(gaps).toEqual(gap === null ? [] : [expect.stringMatching(gap)]);
});

test('what failed says why in the words of whatever failed', () => {
  const { log } = told(
    '# unmasq image',
    'conntrack v1.4.7 (conntrack-tools): Operation not permitted',
    '# unmasq failed conntrack -L failed',
  );
  expect(log.failed).toBe('conntrack -L failed (conntrack v1.4.7 (conntrack-tools): Operation not permitted)');
});
