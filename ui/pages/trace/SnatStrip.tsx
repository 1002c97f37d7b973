import { useMemo } from 'react';
import { count } from '../../../src/base/number-text.ts';
import type { SnatStatus, Trace } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { TimeChart } from '../../parts/TimeChart.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { useView } from '../../state/use-view.ts';
import { stripsOf, type Strip } from './strips.ts';

/** The ports of the nodes that its flows left by, towards where they went, while it went on. */
export const SnatStrips = ({ items }: { readonly items: Trace['items'] }) => {
  const strips = stripsOf(items);
  return strips.map((strip) => <SnatStrip key={`${strip.nodeIp} ${strip.dest}`} strip={strip} />);
};

const STEPS = '120';

const SnatStrip = ({ strip }: { readonly strip: Strip }) => {
  const { place } = useView();
  const since = new Date(strip.from).toISOString();
  const until = new Date(strip.until).toISOString();
  const query = useAnswer('snat', {
    ...place,
    since,
    until,
    dest: strip.dest,
    node: strip.node ?? undefined,
    steps: STEPS,
  });
  return (
    <Answered query={query} what="the ports meanwhile">
      {({ items }) => {
        const item = items.find((one) => one.nodeIp === strip.nodeIp && one.protocol === strip.protocol);
        return item?.over === undefined ? (
          <p className="dim">
            No port of {strip.node ?? strip.nodeIp} towards {strip.dest} is told of while it went on.
          </p>
        ) : (
          <Drawn strip={strip} item={item} over={item.over} />
        );
      }}
    </Answered>
  );
};

type Item = SnatStatus['items'][number];

const Drawn = ({
  strip,
  item,
  over,
}: {
  readonly strip: Strip;
  readonly item: Item;
  readonly over: NonNullable<Item['over']>;
}) => {
  const drawn = useMemo(
    () => ({
      at: over.steps.map(({ from }) => Date.parse(from)),
      series: [
        {
          label: 'ports held',
          colour: '--exact',
          fill: 'solid' as const,
          values: over.steps.map(({ ports }) => ports),
        },
      ],
    }),
    [over],
  );
  const { allocated } = item;
  const limit = useMemo(
    () => (allocated === null ? undefined : { label: `allocated ${count(allocated)}`, value: allocated }),
    [allocated],
  );
  return (
    <Figure
      title={`SNAT ports of ${strip.node ?? strip.nodeIp} towards ${strip.dest}, ${strip.protocol}`}
      says={`Up to ${count(item.atMost)} were held while it went on, half a minute before and after it too; ${
        allocated === null ? 'what is allocated is not told' : `${count(allocated)} are allocated to the node`
      }.`}
      picture={
        <TimeChart
          at={drawn.at}
          series={drawn.series}
          form="stacked-areas"
          height={130}
          {...(limit === undefined ? {} : { limit })}
        />
      }
      table={() => (
        <table className="table">
          <thead>
            <tr>
              <th>From</th>
              <th className="right">Ports</th>
            </tr>
          </thead>
          <tbody>
            {over.steps.map(({ from, ports }) => (
              <tr key={from}>
                <td>
                  <TimeText at={from} whole />
                </td>
                <td className="right num">{count(ports)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    />
  );
};
