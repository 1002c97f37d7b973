import { count } from '../../../src/base/number-text.ts';
import type { SnatForecast } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { clockOf } from '../../format.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Completeness } from '../../parts/Completeness.tsx';
import { CopyCommand } from '../../parts/Copy.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { RangeLine } from '../../parts/RangeLine.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { useView } from '../../state/use-view.ts';
import { ForecastPicture } from './ForecastPicture.tsx';

type Item = SnatForecast['items'][number];

const keyOf = ({ nodeIp, protocol, destIp, destPort }: Item): string =>
  `${nodeIp} ${protocol} ${destIp ?? ''} ${destPort ?? ''}`;

const WHY: Readonly<Record<string, string>> = {
  'not-enough-data': 'not enough was seen to say',
  'not-growing': 'they do not grow',
  'beyond-horizon': 'it lies further ahead than can be said',
  exhausted: 'the limit is reached',
  'path-unknown': 'which way they leave is not told, so neither is a limit',
};

export const SnatForecastPart = () => {
  const { range } = useView();
  const parameters = { what: 'forecast', ...range };
  const query = useAnswer('snat.forecast', parameters);
  return (
    <Answered query={query} what="when a limit is reached">
      {(report) => (
        <>
          <section className="panel" aria-labelledby="forecast">
            <div className="panel-head">
              <h2 id="forecast">When does it break?</h2>
              <RangeLine from={report.query.from} until={report.query.until} />
            </div>
            {report.items.length === 0 ? (
              <Empty kind="not-configured" title="No limit is known that could be reached">
                <p>
                  How many ports a node may have is told by the load balancer’s metrics (
                  <code>unmasq serve --metrics ID</code>) or by documents of Azure (<code>az aks show -o json</code>,
                  brought in as any file).
                </p>
              </Empty>
            ) : (
              <Items items={report.items} />
            )}
            <Completeness of={report} />
          </section>
          <Leading items={report.items} until={report.query.until} />
          <CopyCommand asked="snat.forecast" parameters={parameters} />
        </>
      )}
    </Answered>
  );
};

/** The first whose time is told is drawn, or the one that was chosen. */
const Leading = ({ items, until }: { readonly items: readonly Item[]; readonly until: string }) => {
  const { word } = useView();
  const told = items.filter(({ exhaustionAt }) => exhaustionAt !== null);
  const chosen = told.find((item) => keyOf(item) === word('node')) ?? told[0];
  return chosen === undefined ? null : <ForecastPicture key={keyOf(chosen)} item={chosen} until={until} />;
};

const Items = ({ items }: { readonly items: readonly Item[] }) => {
  const { change } = useView();
  return (
    <div className="scroll" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>Node</th>
            <th>To</th>
            <th className="right">Ports, of limit</th>
            <th>Reached</th>
            <th>Four times of five between</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              <td>
                {item.exhaustionAt === null ? (
                  (item.node ?? item.nodeIp)
                ) : (
                  <button type="button" className="as-link" onClick={() => change({ node: keyOf(item) })}>
                    {item.node ?? item.nodeIp}
                  </button>
                )}{' '}
                <span className="dim">{item.protocol}</span>
              </td>
              <td className="mono">{item.destIp === null ? 'all together' : `${item.destIp}:${item.destPort}`}</td>
              <td className="right num">
                {count(item.ports)} of {count(item.limit)}
              </td>
              <td>
                {item.exhaustionAt === null ? (
                  <span className="dim">{WHY[item.reason ?? ''] ?? item.reason}</span>
                ) : (
                  <>
                    {item.isBound ? 'not before ' : ''}
                    <TimeText at={item.exhaustionAt} whole />
                  </>
                )}
              </td>
              <td>
                <Band item={item} />
              </td>
              <td className="dim">{item.model}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Band = ({ item: { low, high } }: { readonly item: Item }) => {
  const { zone } = useView();
  const clock = clockOf(zone);
  if (low === null) return <span className="dim">–</span>;
  return (
    <span className="num">
      {clock.full(low)} – {high === null ? 'no end' : clock.full(high)}
    </span>
  );
};
