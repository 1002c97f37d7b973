import { useMemo } from 'react';
import { count } from '../../../src/base/number-text.ts';
import type { SnatForecast } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { clockOf } from '../../format.ts';
import { Answered } from '../../parts/Answered.tsx';
import type { ChartSeries, Cone } from '../../parts/chart/Chart.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { TimeChart } from '../../parts/TimeChart.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { useView } from '../../state/use-view.ts';

type Item = SnatForecast['items'][number];

interface PictureProps {
  readonly item: Item;
  /** Where what was seen ends. */
  readonly until: string;
}

/** What was held so far, and where it leads: the limit as a line, the time in which it is reached as an area. */
export const ForecastPicture = ({ item, until }: PictureProps) => {
  const { range } = useView();
  const { node, nodeIp, destIp, destPort } = item;
  const dest = destIp === null ? undefined : `${destIp.includes(':') ? `[${destIp}]` : destIp}:${destPort}`;
  const query = useAnswer('snat', { ...range, node: node ?? undefined, dest, steps: '120' });
  return (
    <Answered query={query} what="the ports so far">
      {({ items }) => {
        const own = items.filter((one) => one.nodeIp === nodeIp && one.protocol === item.protocol);
        const so = own.find(({ egressPath }) => egressPath === 'lb') ?? own[0];
        return so?.over === undefined ? null : <Drawn item={item} over={so.over} until={until} />;
      }}
    </Answered>
  );
};

interface Over {
  readonly stepMs: number;
  readonly steps: readonly { readonly from: string; readonly ports: number }[];
}

/** How much of the picture is ahead where nobody knows when it ends at the latest. */
const AHEAD = 1.5;

const coneOf = ({ exhaustionAt, low, high, ports, limit }: Item, from: number): Cone => {
  const at = Date.parse(exhaustionAt ?? '');
  return {
    from,
    value: ports,
    to: limit,
    at,
    low: low === null ? at : Date.parse(low),
    high: high === null ? null : Date.parse(high),
  };
};

const Drawn = ({ item, over, until }: { readonly item: Item; readonly over: Over; readonly until: string }) => {
  const { zone } = useView();
  const clock = clockOf(zone);
  const drawn = useMemo(() => {
    const from = Date.parse(until);
    const cone = coneOf(item, from);
    const end = cone.high ?? from + (cone.at - from) * AHEAD;
    const series: readonly ChartSeries[] = [
      {
        label: 'ports held',
        colour: '--exact',
        fill: 'solid',
        values: [...over.steps.map(({ ports }) => ports), null, null],
      },
    ];
    return { at: [...over.steps.map((step) => Date.parse(step.from)), from, Math.max(end, from + 1)], series, cone };
  }, [item, over, until]);
  const limit = useMemo(() => ({ label: `limit ${count(item.limit)}`, value: item.limit }), [item.limit]);
  const by = item.exhaustionAt === null ? '' : clock.full(item.exhaustionAt);
  const between =
    item.low === null
      ? ''
      : `, four times of five between ${clock.full(item.low)} and ${item.high === null ? 'no end' : clock.full(item.high)}`;
  return (
    <Figure
      title={`Ports of ${item.node ?? item.nodeIp}, ${item.protocol}, and where they lead`}
      says={`${count(item.ports)} of ${count(item.limit)} are held; the limit is reached ${item.isBound ? 'not before' : 'at'} ${by}${between}. Model: ${item.model}.`}
      picture={<TimeChart at={drawn.at} series={drawn.series} form="stacked-areas" limit={limit} cone={drawn.cone} />}
      legend={
        <ul className="legend" aria-label="What is drawn">
          <li>
            <span className="swatch look-0" aria-hidden="true" /> held so far
          </li>
          <li>
            <span className="swatch swatch-cone" aria-hidden="true" /> four times of five the limit is reached in here;
            - - most likely, by {item.model}
          </li>
        </ul>
      }
      table={() => (
        <table className="table">
          <thead>
            <tr>
              <th>When</th>
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
            {[
              ['at the earliest', item.low],
              ['most likely', item.exhaustionAt],
              ['at the latest', item.high],
            ].map(([says, at]) => (
              <tr key={says}>
                <td>
                  {at === null || at === undefined ? 'no end' : <TimeText at={at} whole />}{' '}
                  <span className="dim">{says}</span>
                </td>
                <td className="right num">{count(item.limit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    />
  );
};
