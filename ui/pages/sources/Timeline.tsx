import type { Sources } from '../../../src/contract/answers.ts';

interface TimelineProps {
  readonly item: Sources['items'][number];
  readonly from: number;
  readonly until: number;
}

const WIDTH = 130;
const HEIGHT = 12;

/** From when to when a source told, and where it may have lost something; the columns beside it say the same. */
export const Timeline = ({ item, from, until }: TimelineProps) => {
  const x = (at: number): number => ((Math.min(Math.max(at, from), until) - from) / Math.max(1, until - from)) * WIDTH;
  const bar = (begin: number, end: number, paint: string, key: string) => (
    <rect
      key={key}
      className={paint}
      x={x(begin)}
      y={2}
      width={Math.max(1.5, x(end) - x(begin))}
      height={HEIGHT - 4}
      rx={2}
    />
  );
  if (item.first === null || item.watermark === null) return null;
  return (
    <svg className="timeline" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <rect className="timeline-ground" x={0} y={HEIGHT / 2 - 0.5} width={WIDTH} height={1} />
      {bar(Date.parse(item.first), Date.parse(item.watermark), 'timeline-told', 'told')}
      {item.gaps.map((gap) =>
        bar(
          Date.parse(gap.from),
          gap.until === null ? until : Date.parse(gap.until),
          'timeline-gap',
          `${gap.from} ${gap.node}`,
        ),
      )}
    </svg>
  );
};
