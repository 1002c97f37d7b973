import { REASONS } from '../core/attribution/verdict.ts';

/** What `unmasq help TOPIC` prints. */
export const TOPICS: Readonly<Record<string, readonly string[]>> = {
  time: [
    'Times for --since, --until and --at:',
    '',
    '  15m  1h30m  2d  1w  now-15m     ago; units ms s m h d w',
    '  03:00  03:00:30                 the last time it was so, in --tz',
    '  today  yesterday 03:00  mon 03:00   civil days, in --tz',
    '  2026-11-22  2026-11-22 03:00    civil, in --tz',
    '  2026-11-22T03:04:17.5+01:00     RFC 3339',
    '  1795403057                      epoch: 10 digits s, 13 ms, 16 µs, 19 ns',
    '',
    '--at is one moment, with five minutes on either side. Without any, everything in the store is asked about.',
    'The range as understood is written to stderr. When clocks went back, --since takes the first of two equal readings',
    'and --until the second; a reading that was skipped moves forward. A range that ends in the future is cut to now.',
  ],
  'exit-codes': [
    '  0    done; an empty answer is done',
    '  1    failed',
    '  2    usage: a command, flag or value was not understood, or cannot be honoured',
    '  3    findings, or a threshold reached',
    '  4    not permitted',
    '  5    incomplete, and --strict was given',
    '  130  interrupted',
  ],
  output: [
    '  -o table   for people; fits the terminal, whole when piped (default)',
    '  -o wide    the same with every column',
    '  -o json    one object with query, sources, completeness and items; fields are only ever added',
    '  -o jsonl   one object a line, data only',
    '  -o csv     RFC 4180 with a header; texts that a spreadsheet would run get a quote before them',
    '  -o yaml    the same as json',
    '',
    'Data goes to stdout, everything else to stderr. Programs get times in UTC, whatever --tz says.',
  ],
  verdicts: [
    '  exact          one pod, proven: by a translation and a certain lease, or by its own address on the wire',
    '  probable       one workload with a calibrated probability',
    '  ambiguous      several could have sent it; all are named',
    '  relayed        the sender on the wire only forwarded it',
    '  node           the node itself, or a pod on its host network',
    '  unattributed   nobody can be named; the reason says why',
    '',
    'Reasons:',
    ...Object.entries(REASONS).map(([code, says]) => `  ${code.padEnd(22)} ${says}`),
  ],
};
