import { Link } from 'wouter';
import { count } from '../../../src/base/number-text.ts';
import type { WhoComparison } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { WorkloadName } from '../../parts/WorkloadName.tsx';
import { useView } from '../../state/use-view.ts';

const SHOWN = 6;
const HOUR = '1h';
const MARKS: Readonly<Record<string, string>> = {
  new: '＋',
  gone: '−',
  grown: '▲',
  shrunk: '▼',
  'not-seen': '?',
  same: '=',
};

/** Which workload is new, gone, grown against the same length of time before. `waits`: as of Pressure. */
export const Changed = ({ waits }: { readonly waits: boolean }) => {
  const { range, view, to } = useView();
  // The server compares with as long a time before as it is told; a relative time says how long it is.
  const isRelative = view.until === null && view.at === null && view.since !== null && /^[\dsmhdw]+$/.test(view.since);
  const parameters = { dest: '::/0', ...range, compare: isRelative ? (view.since ?? HOUR) : HOUR };
  const isAsked = isRelative || (view.since === null && view.until === null && view.at === null);
  const query = useAnswer('who.compare', isAsked && !waits ? parameters : null);
  return (
    <section className="panel" aria-labelledby="changed">
      <div className="panel-head">
        <h2 id="changed">What changed</h2>
        <Link href={to('/flows', { where: '' })}>Flows</Link>
      </div>
      {isAsked ? (
        <Answered query={query} what="what changed">
          {(report) => <List report={report} />}
        </Answered>
      ) : (
        <p className="dim">
          Compared with as long a time before where the time is a last stretch: the last hour with the one before it.
        </p>
      )}
    </section>
  );
};

const List = ({ report: { items, before, query } }: { readonly report: WhoComparison }) => {
  const { to } = useView();
  const changed = items.filter(({ change }) => change !== 'same');
  const against = (
    <p className="dim">
      From <TimeText at={query.from} whole />, against from <TimeText at={query.before.from} whole />.
    </p>
  );
  if (before.coverage.flows === 0)
    return (
      <Empty kind="not-yet" title="Nothing to compare with yet">
        <p>No flow is known of the time before. What is new shows once there is one.</p>
      </Empty>
    );
  if (changed.length === 0)
    return (
      <>
        <Empty kind="true-zero" title="Nobody is new, gone, or sends much more or less" />
        {against}
      </>
    );
  return (
    <>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Change</th>
              <th>Workload</th>
              <th className="right">Flows before → now</th>
            </tr>
          </thead>
          <tbody>
            {changed.slice(0, SHOWN).map((item) => (
              <tr key={JSON.stringify([item.workload, item.node])}>
                <td>
                  <span aria-hidden="true">{MARKS[item.change] ?? '•'}</span> {item.change}
                </td>
                <td>
                  {item.workload === null ? (
                    <WorkloadName item={item} />
                  ) : (
                    <Link href={to('/flows', { where: `workload = ${item.workload.namespace}/${item.workload.name}` })}>
                      <WorkloadName item={item} />
                    </Link>
                  )}
                </td>
                <td className="right num">
                  {item.before === null ? 0 : count(item.before.flows)} →{' '}
                  {item.now === null ? 0 : count(item.now.flows)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {against}
    </>
  );
};
