import { SEVERITIES, type Severity } from '../core/monitoring/finding.ts';
import { textOf } from './flag-values.ts';
import { type Given, type Globals, oneOf } from './globals.ts';
import type { Meaning } from './render/colour.ts';
import { exitOf } from './exit-of.ts';

const FAIL_ON = [...SEVERITIES, 'never'] as const;
type FailOn = (typeof FAIL_ON)[number];

export const failOnOf = (given: Given): FailOn => oneOf('--fail-on', textOf(given, 'failOn') ?? 'warning', FAIL_ON);

/** Whether a finding is as grave as `--fail-on` says, or graver. */
const fails = (counts: Readonly<Record<Severity, number>>, failOn: FailOn): boolean =>
  failOn !== 'never' && SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1).some((severity) => counts[severity] > 0);

/** The exit code of an audit. */
export const exitOfAudit = (
  counts: Readonly<Record<Severity, number>>,
  failOn: FailOn,
  isIncomplete: boolean,
  globals: Pick<Globals, 'strict'>,
): number => exitOf(globals, { isFound: fails(counts, failOn), isWhole: !isIncomplete });

export const SEVERITY_MEANS: { readonly [severity in Severity]: Meaning } = {
  critical: 'failure',
  warning: 'warning',
  note: 'dim',
};
