import { useState } from 'react';
import { Link } from 'wouter';
import { useAnswer } from '../api/use-answer.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { RangeLine } from '../parts/RangeLine.tsx';
import { VerdictShares } from '../parts/VerdictShares.tsx';
import { useView } from '../state/use-view.ts';
import { Nobody } from './who/Nobody.tsx';
import { OverTime } from './who/OverTime.tsx';
import { RecentFlows } from './who/RecentFlows.tsx';
import { Senders } from './who/Senders.tsx';
import { sentence } from './who/sentence.ts';

const STEPS = '60';

/** Who talked to a destination. */
export const Who = () => {
  const { word, range } = useView();
  const dest = word('dest');
  const parameters = { dest: dest ?? '', ...range };
  const query = useAnswer('who', dest === null ? null : { ...parameters, steps: STEPS });
  return (
    <>
      <div className="page-head">
        <h1>Who</h1>
        <Ask key={dest} dest={dest ?? ''} />
      </div>
      {dest === null ? (
        <Empty kind="filtered" title="Which destination?">
          <p>
            An address, a block, an address with its port, or a line of a log that mentions one. <Everything />
          </p>
        </Empty>
      ) : (
        <Answered query={query} what={`who talked to ${dest}`}>
          {(report) =>
            report.coverage.flows === 0 ? (
              <Nobody report={report} />
            ) : (
              <>
                <section className="panel">
                  <h2 className="answer">{sentence(report)}</h2>
                  <RangeLine from={report.query.from} until={report.query.until} flows={report.coverage.flows} />
                  <VerdictShares coverage={report.coverage} />
                  <Completeness of={report} />
                </section>
                <OverTime report={report} />
                <Senders report={report} />
                <RecentFlows dest={report.query.dest} />
                <CopyCommand asked="who" parameters={parameters} />
              </>
            )
          }
        </Answered>
      )}
    </>
  );
};

const Everything = () => {
  const { to } = useView();
  return <Link href={to('/who', { dest: '::/0' })}>Or everything that was sent.</Link>;
};

const Ask = ({ dest }: { readonly dest: string }) => {
  const { change } = useView();
  const [typed, setTyped] = useState(dest);
  const submit = (event: Pick<Event, 'preventDefault'>): void => {
    event.preventDefault();
    if (typed.trim() !== '') change({ dest: typed.trim() });
  };
  return (
    <form className="ask" onSubmit={submit}>
      <label>
        talked to{' '}
        <input
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder="203.0.113.66:443"
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <button type="submit" className="primary">
        Ask
      </button>
    </form>
  );
};
