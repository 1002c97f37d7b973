import type { Reason } from '../core/attribution/verdict.ts';
import { type CoverageRow, VERDICT_KINDS, type VerdictKind } from '../core/ports.ts';

export interface Share {
  readonly flows: number;
  readonly bytes: number;
}

/** Share of flows and of bytes by verdict. Every verdict is there, also at zero. */
export interface Coverage extends Share {
  readonly byVerdict: Readonly<Record<VerdictKind, Share>>;
  /** The same once more by reason, most flows first; exact flows need none. */
  readonly byReason: readonly (Share & { readonly verdict: VerdictKind; readonly reason: Reason })[];
}

export const coverageOf = (rows: readonly CoverageRow[]): Coverage => {
  const shares = VERDICT_KINDS.map(
    (verdict) => [verdict, total(rows.filter((row) => row.verdict === verdict))] as const,
  );
  const byReason = rows
    .flatMap(({ verdict, reason, flows, bytes }) => (reason === null ? [] : [{ verdict, reason, flows, bytes }]))
    .sort((a, b) => b.flows - a.flows || (a.reason < b.reason ? -1 : 1));
  return { ...total(rows), byVerdict: Object.fromEntries(shares) as Record<VerdictKind, Share>, byReason };
};

const total = (rows: readonly Share[]): Share => ({
  flows: rows.reduce((sum, row) => sum + row.flows, 0),
  bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
});
