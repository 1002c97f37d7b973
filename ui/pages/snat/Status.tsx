import { useMemo } from 'react';
import { count } from '../../../src/base/number-text.ts';
import type { SnatStatus } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { clockOf, duration } from '../../format.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Completeness } from '../../parts/Completeness.tsx';
import { CopyCommand } from '../../parts/Copy.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { RangeLine } from '../../parts/RangeLine.tsx';
import { TimeChart } from '../../parts/TimeChart.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { useView } from '../../state/use-view.ts';
import { headline } from './headline.ts';
import { Shared } from './Shared.tsx';
import { stackOf } from './stack.ts';

type Item = SnatStatus['items'][number];

const STEPS = '120';

export const SnatStatusPart = () => {
  const { range, word } = useView();
  const dest = word('dest') ?? undefined;
  const query = useAnswer('snat', { ...range, dest, steps: STEPS });
  return (
    <Answered query={query} what="the ports of nodes">
      {(report) =>
        report.items.length === 0 ? (
          <Empty kind="true-zero" title="No port was taken">
            <p>No node had a translated connection to the outside in this time.</p>
          </Empty>
        ) : (
          <>
            <section className="panel">
              <h2 className="answer">{headline(report)}</h2>
              <RangeLine from={report.query.from} until={report.query.until} />
              <Completeness of={report} />
            </section>
            <Shared shared={report.shared} />
            <Nodes items={report.items} />
            <CopyCommand asked="snat" parameters={{ ...range, dest }} />
          </>
        )
      }
    </Answered>
  );
};

const keyOf = ({ nodeIp, protocol, egressPath }: Item): string => `${nodeIp} ${protocol} ${egressPath}`;

const Nodes = ({ items }: { readonly items: readonly Item[] }) => {
  const { word, change } = useView();
  const asked = word('node');
  const chosen = items.find((item) => keyOf(item) === asked) ?? items.find(({ node }) => node === asked) ?? items[0];
  return (
    <>
      {chosen?.over === undefined ? null : <OverTime item={chosen} over={chosen.over} />}
      <section className="panel" aria-labelledby="nodes">
        <div className="panel-head">
          <h3 id="nodes">Nodes, nearest to their limit first</h3>
        </div>
        <div className="scroll" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th>Node</th>
                <th>Left by</th>
                <th className="right" title="At least what its largest destination held, at most all together">
                  Ports held
                </th>
                <th>Of what it has</th>
                <th className="right">Azure counted</th>
                <th className="right">Failed</th>
                <th>Most at</th>
                <th>Largest destination</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={keyOf(item)} aria-selected={item === chosen}>
                  <td>
                    <button
                      type="button"
                      className="as-link"
                      aria-pressed={item === chosen}
                      onClick={() => change({ node: keyOf(item) })}
                    >
                      {item.node ?? item.nodeIp}
                    </button>{' '}
                    <span className="dim">{item.protocol}</span>
                  </td>
                  <td>{item.egressPath}</td>
                  <td className="right num">
                    {count(item.atLeast)}–{count(item.atMost)}
                  </td>
                  <td>
                    <Meter share={item.share} of={item.allocated} isBound={item.shareIs === 'at-most'} />
                  </td>
                  <td className="right num">
                    {item.counted === null ? <span className="dim">not told</span> : count(item.counted)}
                  </td>
                  <td className="right num">
                    {item.failed === null ? (
                      <span className="dim">not told</span>
                    ) : item.failed > 0 ? (
                      <span className="bad">▲ {count(item.failed)}</span>
                    ) : (
                      0
                    )}
                  </td>
                  <td>
                    <TimeText at={item.atMostAt} />
                  </td>
                  <td className="mono">
                    {item.largest === null ? '–' : `${item.largest.destIp}:${item.largest.destPort}`}{' '}
                    {item.largest === null ? null : <span className="dim num">{count(item.largest.ports)}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {items.some(({ outside }) => outside !== null) ? (
          <ul className="facts">
            {items.flatMap(({ node, nodeIp, outside }) =>
              outside === null ? (
                []
              ) : (
                <li key={nodeIp} className="note note-warn">
                  <div>
                    ▲ {node ?? nodeIp}: Azure counted {count(outside.ports)} ports{' '}
                    {outside.side === 'above' ? 'more' : 'less'} than flows explain. {outside.likely}.
                  </div>
                </li>
              ),
            )}
          </ul>
        ) : null}
      </section>
    </>
  );
};

const OverTime = ({ item, over }: { readonly item: Item; readonly over: NonNullable<Item['over']> }) => {
  const { change, zone } = useView();
  const drawn = useMemo(
    () => ({
      at: over.steps.map(({ from }) => Date.parse(from)),
      series: stackOf(over).map(({ label, colour, fill, ports }) => ({ label, colour, fill, values: ports })),
    }),
    [over],
  );
  const stack = stackOf(over);
  const { allocated } = item;
  const limit = useMemo(
    () => (allocated === null ? undefined : { label: `allocated ${count(allocated)}`, value: allocated }),
    [allocated],
  );
  const most = over.steps.reduce((a, b) => (b.ports > a.ports ? b : a), { from: '', ports: 0 });
  return (
    <Figure
      title={`Ports of ${item.node ?? item.nodeIp}, ${item.protocol}, left by ${item.egressPath}`}
      says={`Most, ${count(most.ports)}, ${most.from === '' ? '' : `from ${clockOf(zone).time(most.from)} on, `}counted every ${duration(over.stepMs)}; ${
        allocated === null ? 'what is allocated is not told' : `${count(allocated)} are allocated`
      }. All destinations together: a load balancer may need fewer. Draw over a stretch to ask about it.`}
      picture={
        <TimeChart
          at={drawn.at}
          series={drawn.series}
          form="stacked-areas"
          {...(limit === undefined ? {} : { limit })}
          onBrush={(from, until) =>
            change({ since: new Date(from).toISOString(), until: new Date(until).toISOString(), at: null })
          }
        />
      }
      legend={
        <ul className="legend" aria-label="Ports by pod">
          {stack.toReversed().map(({ label, look, most: held }) => (
            <li key={label}>
              <span className={`swatch look-${look}`} aria-hidden="true" /> {label}{' '}
              <span className="dim num">up to {count(held)}</span>
            </li>
          ))}
        </ul>
      }
      table={() => (
        <table className="table">
          <thead>
            <tr>
              <th>From</th>
              <th className="right">Ports</th>
              {stack.map(({ label }) => (
                <th key={label} className="right">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {over.steps.map(({ from, ports }, i) => (
              <tr key={from}>
                <td>
                  <TimeText at={from} whole />
                </td>
                <td className="right num">{count(ports)}</td>
                {stack.map((one) => (
                  <td key={one.label} className="right num">
                    {count(one.ports[i] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    />
  );
};
