import type { FlagSpec } from './command.ts';

/** Flags of `unmasq audit` that are about samples of logs. */
export const AUDIT_LOGS_FLAGS: readonly FlagSpec[] = [
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
