import type { Trace } from '../../../src/contract/answers.ts';
import { clockOf, duration } from '../../format.ts';
import { markOf } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';
import { placed } from './placed.ts';

type Item = Trace['items'][number];

const MARKS: Readonly<Record<Item['kind'], string>> = { span: '▬', log: '≡', flow: '⇢', gap: '?' };

/** Spans as bars over one time, below each the flow behind it, the lines of its logs, and the holes with their reasons. */
export const Waterfall = ({ items }: { readonly items: readonly Item[] }) => {
  const { zone, change } = useView();
  const clock = clockOf(zone);
  const { rows, from, until } = placed(items);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <section className="panel" aria-label="The journey">
      <div className="scroll" tabIndex={0}>
        <table className="table waterfall">
          <thead>
            <tr>
              <th className="at">At</th>
              <th>What</th>
              <th className="where">Where</th>
              <th className="right took">Took</th>
              <th className="bars">
                <span className="ticks" aria-hidden="true">
                  {ticks.map((tick) => (
                    <span key={tick}>{tick === 0 ? '0' : duration((until - from) * tick)}</span>
                  ))}
                </span>
                <span className="hidden">When</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ item, left, width, key }) => (
              <tr key={key} className={item.status === 'error' ? 'is-error' : undefined}>
                <td className="num at">{clock.time(item.at)}</td>
                <td className="what">
                  <span className="what-in" style={{ paddingLeft: item.depth * 16 }}>
                    <span aria-hidden="true" className="dim">
                      {MARKS[item.kind]}
                    </span>{' '}
                    <span className="hidden">{item.kind}: </span>
                    {item.status === 'error' ? <span className="bad">✕ failed </span> : null}
                    {item.flow === undefined ? (
                      <span className={item.kind === 'gap' ? 'dim' : undefined}>{item.text}</span>
                    ) : (
                      <button
                        type="button"
                        className="as-link"
                        onClick={() => change({ flow: item.flow?.flow ?? null })}
                      >
                        {markOf(item.flow.verdict)} {item.text}
                      </button>
                    )}{' '}
                    {item.result === undefined ? null : <b className="bad">{item.result}</b>}
                  </span>
                </td>
                <td className="dim where">
                  {item.pod === null ? (item.service ?? '–') : `${item.pod.namespace}/${item.pod.name}`}
                </td>
                <td className="right num">{item.durationMs === undefined ? '' : duration(item.durationMs)}</td>
                <td className="bars">
                  <span
                    className={`bar bar-${item.kind}`}
                    aria-hidden="true"
                    style={{ left: `${left}%`, width: `${width}%` }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};
