import type { WhoReport } from '../../src/contract/answers.ts';

export type VerdictKind = keyof WhoReport['coverage']['byVerdict'];

/** In the order in which they stand everywhere, the surest first. The mark says it without colour. */
export const VERDICTS: readonly { readonly kind: VerdictKind; readonly mark: string; readonly says: string }[] = [
  { kind: 'exact', mark: '●', says: 'proven: one pod made it' },
  { kind: 'node', mark: '■', says: 'the node itself made it' },
  { kind: 'relayed', mark: '⇄', says: 'what sent it only forwards' },
  { kind: 'probable', mark: '◐', says: 'one workload with 95 % or more' },
  { kind: 'ambiguous', mark: '◔', says: 'several could have made it' },
  { kind: 'unattributed', mark: '○', says: 'not enough to name anybody' },
];

export const markOf = (kind: string): string => VERDICTS.find((one) => one.kind === kind)?.mark ?? '?';

export const VerdictTag = ({ kind, reason = null }: { readonly kind: string; readonly reason?: string | null }) => (
  <span className={`verdict verdict-${kind}`}>
    <span aria-hidden="true">{markOf(kind)}</span> {kind}
    {reason === null ? null : <span className="dim"> {reason}</span>}
  </span>
);
