import { compareText } from '../../base/compare-text.ts';
import type { Estate } from './estate.ts';
import type { Finding, FindingSpec, Severity } from './finding.ts';
import { FINDINGS } from './findings.ts';
import { RULES } from './rules/all.ts';
import type { Knowing, Rule } from './rules/rule.ts';

/** A finding with what the table says of its code. */
export interface Found extends Finding {
  readonly severity: Severity;
  readonly spec: FindingSpec;
}

/** What rules find in an estate, in no order. */
export const findingsIn = (estate: Estate, knowing: Knowing, rules: readonly Rule[] = RULES): readonly Found[] =>
  rules.flatMap((rule) => rule(estate, knowing)).map(specified);

/** Whoever names a code that is not in the table has a bug: every code is there before it is used. */
export const specified = (finding: Finding): Found => {
  const spec = FINDINGS[finding.code];
  if (spec === undefined) throw new Error(`no finding is called ${finding.code}`);
  return { ...finding, severity: finding.severity ?? spec.severity, spec };
};

/** The same place and words, found in several roots: once. By file, line, column, code. */
export const inOrder = (findings: readonly Found[]): readonly Found[] => {
  const once = new Map(findings.map((f) => [keyOf(f), f]));
  return [...once.values()].toSorted(
    (a, b) =>
      compareText(a.spot.file, b.spot.file) ||
      a.spot.at.from - b.spot.at.from ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
};

const keyOf = ({ code, spot, message }: Found): string => [code, spot.file, spot.at.from, message].join(' ');
