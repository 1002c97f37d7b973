import type { WhoReport } from '../../src/contract/answers.ts';
import { useView } from '../state/use-view.ts';
import { Link } from 'wouter';

/** Whether what is shown is all that there was; what is missing is said where the answer stands. */
export const Completeness = ({ of }: { readonly of: Pick<WhoReport, 'completeness' | 'sources'> }) => {
  const { to } = useView();
  const { complete, reasons } = of.completeness;
  if (complete)
    return (
      <p className="complete">
        <span aria-hidden="true">✓</span> Complete: no source of <Link href={to('/sources')}>{of.sources.length}</Link>{' '}
        may have lost something here.
      </p>
    );
  return (
    <details className="note note-warn" open={reasons.length <= 2}>
      <summary>
        <span aria-hidden="true">▲</span> Not complete:{' '}
        {reasons.length === 1 ? 'one reason' : `${reasons.length} reasons`}. What is shown is right; something may be
        missing.
      </summary>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
  );
};
