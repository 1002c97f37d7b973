import { commentsIn } from './comments.ts';
import type { Place } from './query.ts';
import type { QueryFinding } from './query-finding.ts';
import { TRAPS } from './traps.ts';

/** `// unmasq:allow KQL110 because …`: of this query that finding is meant to be so. */
interface Allowance {
  readonly code: string;
  readonly reason: string;
  readonly at: Place;
}

const DIRECTIVE = /^unmasq:allow\b\s*(\S*)\s*(.*)$/;

/** What is left of the findings, what was allowed, and which allowances are of no use. */
export const withAllowances = (
  text: string,
  findings: readonly QueryFinding[],
): { readonly findings: readonly QueryFinding[]; readonly allowed: readonly QueryFinding[] } => {
  const written = commentsIn(text).flatMap(({ text: comment, at }): readonly Allowance[] => {
    const [, code, reason] = DIRECTIVE.exec(comment) ?? [];
    return code === undefined || reason === undefined ? [] : [{ code, reason, at }];
  });
  const useless = written.flatMap((allowance) => {
    const why = uselessness(allowance, findings);
    return why === null ? [] : [{ ...UNUSED, at: allowance.at, message: why }];
  });
  const codes = new Set(written.filter((one) => uselessness(one, findings) === null).map(({ code }) => code));
  return {
    findings: [...findings.filter(({ code }) => !codes.has(code)), ...useless],
    allowed: findings.filter(({ code }) => codes.has(code)),
  };
};

const UNUSED = { code: 'KQL006', severity: TRAPS.KQL006.severity } as const;

const uselessness = ({ code, reason }: Allowance, findings: readonly QueryFinding[]): string | null => {
  if (!/^K(?:QL|S)\d{3}$/.test(code)) return 'write the code of what is allowed, and why: unmasq:allow KQL110 …';
  if (!/[\p{L}\d]{3}/u.test(reason)) return `say why ${code} is allowed`;
  return findings.some((finding) => finding.code === code) ? null : `there is no ${code} to allow`;
};
