import { plural } from '../../src/base/number-text.ts';
import { clockOf, duration, rangeText } from '../format.ts';
import { useView } from '../state/use-view.ts';

interface RangeLineProps {
  readonly from: string;
  readonly until: string;
  readonly flows?: number;
}

/** The time that was asked about, as the server understood it: nobody reads an answer about another hour. */
export const RangeLine = ({ from, until, flows }: RangeLineProps) => {
  const { zone } = useView();
  return (
    <p className="range-line">
      {flows === undefined ? null : <b className="num">{plural(flows, 'flow')}</b>}{' '}
      <span className="num">{rangeText(from, until, clockOf(zone))}</span>{' '}
      <span className="dim">
        {zone === 'utc' ? 'UTC' : zone}, {duration(Date.parse(until) - Date.parse(from))}
      </span>
    </p>
  );
};
