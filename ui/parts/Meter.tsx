import { count, percent } from '../../src/base/number-text.ts';

const TIGHT = 0.8;

/** A share of a limit; `isBound`: no more than that. Above four fifths it says so in words too. */
export const Meter = ({
  share,
  of,
  isBound,
}: {
  readonly share: number | null;
  readonly of: number | null;
  readonly isBound: boolean;
}) => {
  if (share === null || of === null) return <span className="dim">not told</span>;
  const isTight = share >= TIGHT;
  return (
    <span className={isTight ? 'meter is-tight' : 'meter'}>
      <span className="meter-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      <span className="num">
        {isTight ? '▲ ' : ''}
        {isBound ? 'up to ' : ''}
        {percent(share, 1)} of {count(of)}
      </span>
    </span>
  );
};
