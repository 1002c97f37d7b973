import { count } from '../../../src/base/number-text.ts';
import type { Sources } from '../../../src/contract/answers.ts';
import { TimeText } from '../../parts/TimeText.tsx';
import { Timeline } from './Timeline.tsx';

type Item = Sources['items'][number];

export const SourceTable = ({ items }: { readonly items: readonly Item[] }) => {
  const told = items.flatMap(({ first, watermark }) => [first ?? [], watermark ?? []].flat()).sort();
  // Inventories reach back for as long as pods have run: flows say what the picture is of.
  const flows = items
    .filter(({ kind }) => kind === 'flow-log' || kind === 'conntrack')
    .flatMap(({ first, watermark }) => [first ?? [], watermark ?? []].flat());
  const span = (flows.length > 0 ? flows : told).toSorted();
  const [from, until] = [span[0], span.at(-1)];
  const isOne = new Set(items.map(({ cluster }) => cluster)).size === 1;
  return (
    <section className="panel" aria-labelledby="arrived">
      <h3 id="arrived">What has arrived</h3>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Source</th>
              {isOne ? null : <th>Cluster</th>}
              <th className="right">Rows</th>
              <th className="right">Rejects</th>
              <th>First</th>
              <th>Complete to</th>
              <th>Told of, and gaps</th>
              <th className="right">Clock</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.cluster} ${item.name}`}>
                <td>
                  {item.name} {item.name.startsWith(item.kind) ? null : <span className="kind">{item.kind}</span>}
                </td>
                {isOne ? null : <td className="dim">{item.cluster}</td>}
                <td className="right num">{count(item.rows)}</td>
                <td className="right num">
                  {item.rejects > 0 ? <span className="warn">▲ {count(item.rejects)}</span> : 0}
                </td>
                <td>{item.first === null ? '–' : <TimeText at={item.first} whole />}</td>
                <td>
                  {item.watermark === null ? (
                    <span className="dim">nothing yet</span>
                  ) : (
                    <TimeText at={item.watermark} whole />
                  )}
                </td>
                <td>
                  {from === undefined || until === undefined ? null : (
                    <Timeline item={item} from={Date.parse(from)} until={Date.parse(until)} />
                  )}
                </td>
                <td className="right num">
                  {item.clockOffsetMs === null ? (
                    <span className="dim">–</span>
                  ) : (
                    <span title={`from ${item.clockPairs} pairs, against the flow log`}>
                      {item.clockOffsetMs} ± {item.clockUncertaintyMs} ms
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
