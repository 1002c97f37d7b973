import type { CommandSpec, FlagSpec } from './command.ts';

/** Flags of `unmasq audit` that are about samples of logs. */
const AUDIT_LOGS_FLAGS: readonly FlagSpec[] = [
  {
    flags: '--logs <path>',
    says: 'score a sample of logs: lines as programs, container runtimes and kubectl write them, or rows of ContainerLogV2; repeat for several',
    repeats: true,
  },
  {
    flags: '--id-field <name>',
    says: 'with --logs: a field that carries correlation ids here, beside the usual ones; repeat for several',
    repeats: true,
  },
  { flags: '--logs-gb <n>', says: 'with --logs: what they come to, GB a month: then a fix says what it saves' },
];

export const AUDIT: CommandSpec = {
  name: 'audit',
  group: 'Configure',
  takes: '',
  summary: 'what is wrong with the logs of the applications: can they be read, joined and afforded?',
  about: [
    'Scores a sample: share of JSON, levels, times, one name for one thing, ids on lines about requests, ids that arrive at the service that was called,',
    'bytes that ContainerLogV2 has already. Each finding has a code that never changes, a place, a reason and a fix (docs/reference/log-findings.md).',
    'Nothing is stored. Ends with 3 where there is a finding as grave as --fail-on or graver.',
  ],
  examples: [
    ['unmasq audit --logs checkout.log --logs payment.log', 'Can a request be followed from one to the other?'],
    [
      'kubectl logs -n shop -l app --prefix --tail 1000 | unmasq audit --logs -',
      'The last lines of all pods of a namespace',
    ],
    [
      'unmasq audit --logs ContainerLogV2.json --logs-gb 120',
      'An export of the workspace; what would leaner lines save?',
    ],
    ['unmasq audit --logs logs/ -o json', 'The same for a program'],
  ],
  flags: [
    ...AUDIT_LOGS_FLAGS,
    {
      flags: '--fail-on <severity>',
      says: 'ends with 3 from this severity on: critical, warning, note or never',
      byDefault: 'warning',
    },
  ],
  honours: ['output', 'strict'],
  alsoPrints: ['markdown'],
  seeAlso: ['unmasq trace', 'unmasq cost'],
  run: async (context, _, given) => (await import('./commands/audit-logs.ts')).runAuditLogs(context, given),
};
