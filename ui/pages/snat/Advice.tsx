import { count, plural } from '../../../src/base/number-text.ts';
import type { SnatAdvice } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Completeness } from '../../parts/Completeness.tsx';
import { CopyCommand } from '../../parts/Copy.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { useView } from '../../state/use-view.ts';

const PATTERNS: Readonly<Record<string, string>> = {
  churn: '↻ churn',
  leak: '↗ leak',
  'fan-out': '⋔ fan-out',
  none: '= none',
  'not-enough-data': '? not enough seen',
};

export const SnatAdvicePart = () => {
  const { range } = useView();
  const parameters = { what: 'advice', ...range };
  const query = useAnswer('snat.advice', parameters);
  return (
    <Answered query={query} what="what mends it">
      {(report) => (
        <>
          {report.items.length === 0 ? (
            <Empty
              kind="true-zero"
              title="No workload holds so many ports to one destination that there is something to mend"
            >
              <p>Asked of {plural(report.holdings, 'pair')} of workload and destination.</p>
            </Empty>
          ) : (
            report.items.map((item) => (
              <Advice key={JSON.stringify([item.workload, item.destIp, item.destPort, item.protocol])} item={item} />
            ))
          )}
          <Completeness of={report} />
          <CopyCommand asked="snat.advice" parameters={parameters} />
        </>
      )}
    </Answered>
  );
};

const Advice = ({ item }: { readonly item: SnatAdvice['items'][number] }) => (
  <section className="panel advice">
    <div className="panel-head">
      <h2>
        {item.workload === null ? 'Nobody who is named' : `${item.workload.namespace}/${item.workload.name}`} →{' '}
        <span className="mono">
          {item.destIp}:{item.destPort}/{item.protocol}
        </span>
      </h2>
      <span className="tag">{PATTERNS[item.pattern] ?? item.pattern}</span>
    </div>
    <p>{item.why}.</p>
    <p className="dim">
      Most {count(item.peakPorts)} at <TimeText at={item.peakAt} whole />: {count(item.openAtPeak)} open,{' '}
      {count(item.closedAtPeak)} closed and not free yet; {plural(item.holders, 'holder')}, the largest{' '}
      {item.largest.pod ?? item.largest.node ?? 'not named'} with {count(item.largest.ports)}.
    </p>
    {item.fixes.length === 0 ? null : (
      <ol className="fixes">
        {item.fixes.map((fix) => (
          <li key={fix}>{fix}</li>
        ))}
      </ol>
    )}
    {item.unknown.length === 0 ? null : (
      <p className="dim">
        <span aria-hidden="true">?</span> Not known: {item.unknown.join('; ')}
      </p>
    )}
  </section>
);
