import { useMemo } from 'react';
import { count, expected, plural } from '../../../src/base/number-text.ts';
import type { WhoReport } from '../../../src/contract/answers.ts';
import { clockOf, duration } from '../../format.ts';
import type { ChartSeries } from '../../parts/chart/Chart.tsx';
import { FILLS } from '../../parts/chart/fills.ts';
import { Figure } from '../../parts/Figure.tsx';
import { TimeChart } from '../../parts/TimeChart.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { VERDICTS } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';

type Over = NonNullable<WhoReport['over']>;

/** When flows began, by verdict. Drawn over with the mouse, it sets the time of every page. */
export const OverTime = ({ report: { over, coverage } }: { readonly report: WhoReport }) => {
  const { change, zone } = useView();
  const drawn = useMemo(() => (over === undefined ? null : seriesOf(over)), [over]);
  if (over === undefined || drawn === null || over.steps.length < 2) return null;
  const most = over.steps.reduce((a, b) => (totalOf(b) > totalOf(a) ? b : a));
  return (
    <Figure
      title="When flows began"
      says={`${plural(coverage.flows, 'flow')} in ${count(over.steps.length)} steps of ${duration(over.stepMs)}; most, ${count(totalOf(most))}, from ${clockOf(zone).time(most.from)} on. Draw over a stretch to ask about it.`}
      picture={
        <TimeChart
          at={drawn.at}
          series={drawn.series}
          form="stacked-bars"
          onBrush={(from, until) =>
            change({ since: new Date(from).toISOString(), until: new Date(until).toISOString(), at: null })
          }
        />
      }
      table={() => <Steps over={over} />}
    />
  );
};

const totalOf = (step: Over['steps'][number]): number => VERDICTS.reduce((sum, { kind }) => sum + step[kind], 0);

const present = (over: Over) => VERDICTS.filter(({ kind }) => over.steps.some((step) => step[kind] > 0));

const seriesOf = (over: Over): { readonly at: readonly number[]; readonly series: readonly ChartSeries[] } => ({
  at: over.steps.map(({ from }) => Date.parse(from)),
  series: present(over).map(({ kind }) => ({
    label: kind,
    colour: `--${kind}`,
    fill: FILLS[kind],
    values: over.steps.map((step) => step[kind]),
  })),
});

const Steps = ({ over }: { readonly over: Over }) => (
  <table className="table">
    <thead>
      <tr>
        <th>From</th>
        {present(over).map(({ kind }) => (
          <th key={kind} className="right">
            {kind}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {over.steps.map((step) => (
        <tr key={step.from}>
          <td>
            <TimeText at={step.from} whole />
          </td>
          {present(over).map(({ kind }) => (
            <td key={kind} className="right num">
              {expected(step[kind], Math.round(step[kind]))}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
