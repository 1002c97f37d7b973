import { bytes, count, percent } from '../../src/base/number-text.ts';
import type { WhoReport } from '../../src/contract/answers.ts';
import { VERDICTS } from './verdict.tsx';

/** How well flows are covered: one bar, and the same in words below it. */
export const VerdictShares = ({
  coverage,
}: {
  readonly coverage: Pick<WhoReport['coverage'], 'flows' | 'byVerdict'>;
}) => {
  const shown = VERDICTS.map((one) => ({ ...one, ...coverage.byVerdict[one.kind] })).filter(({ flows }) => flows > 0);
  if (coverage.flows === 0) return null;
  return (
    <div className="shares">
      <div className="shares-bar" aria-hidden="true">
        {shown.map(({ kind, flows }) => (
          <span key={kind} className={`fill fill-${kind}`} style={{ flexGrow: flows }} />
        ))}
      </div>
      <ul className="shares-legend" aria-label="Flows by verdict">
        {shown.map(({ kind, mark, says, flows, bytes: of }) => (
          <li key={kind} title={`${kind}: ${says}`}>
            <span className={`swatch fill-${kind}`} aria-hidden="true" />
            <span aria-hidden="true">{mark}</span> <b>{kind}</b> {percent(flows, coverage.flows)}{' '}
            <span className="dim">
              {count(flows)} · {bytes(of)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
};
