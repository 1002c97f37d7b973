import { Link } from 'wouter';
import { useAnswer } from '../api/use-answer.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { Empty } from '../parts/Empty.tsx';
import { RangeLine } from '../parts/RangeLine.tsx';
import { VerdictShares } from '../parts/VerdictShares.tsx';
import { SearchBox } from '../shell/SearchBox.tsx';
import { useView } from '../state/use-view.ts';
import { Changed } from './home/Changed.tsx';
import { Freshness } from './home/Freshness.tsx';
import { Pressure } from './home/Pressure.tsx';
import { TopSenders } from './home/TopSenders.tsx';

/** Every address of both families. */
const EVERYWHERE = '::/0';

/** What somebody who was just woken looks at first: where to put what they hold in their hand, and whether the answers can be trusted. */
export const Home = () => {
  const { range, place } = useView();
  const everything = useAnswer('who', { dest: EVERYWHERE, ...range });
  const sources = useAnswer('sources', place);
  if (sources.data?.items.length === 0) return <NothingYet />;
  return (
    <>
      <section className="hero">
        <h1>Who was it?</h1>
        <SearchBox isLarge />
        <p className="dim">
          An address, a workload, a pod, a correlation id, or a line of a log as it is: a firewall’s, a flow log’s, an
          error message.
        </p>
      </section>
      <div className="grid-home">
        <section className="panel span-2" aria-labelledby="coverage">
          <div className="panel-head">
            <h2 id="coverage">Can we tell?</h2>
          </div>
          <Answered query={everything} what="how well flows are covered">
            {(report) => (
              <>
                <RangeLine from={report.query.from} until={report.query.until} flows={report.coverage.flows} />
                <VerdictShares coverage={report.coverage} />
                <Completeness of={report} />
              </>
            )}
          </Answered>
        </section>
        <section className="panel" aria-labelledby="freshness">
          <div className="panel-head">
            <h2 id="freshness">Up to when?</h2>
            <SourcesLink />
          </div>
          <Answered query={sources} what="what has arrived">
            {(report) => <Freshness items={report.items} />}
          </Answered>
        </section>
        <Pressure waits={everything.isPending} />
        <TopSenders query={everything} />
        <Changed waits={everything.isPending} />
      </div>
    </>
  );
};

const SourcesLink = () => {
  const { to } = useView();
  return <Link href={to('/sources')}>Sources</Link>;
};

const NothingYet = () => (
  <>
    <section className="hero">
      <h1>Who was it?</h1>
    </section>
    <Empty kind="not-configured" title="Nothing has been brought in yet">
      <p>There is no flow to ask about. Bring files in, or let this server read them by itself:</p>
      <pre tabIndex={0}>{`curl --data-binary @PT1H.json "${location.origin}/api/v1/objects?name=PT1H.json"

unmasq serve --blobs https://ACCOUNT.blob.core.windows.net/insights-logs-flowlogflowevent --kubernetes`}</pre>
      <p>
        To look around first: <code>npm start</code> opens this console on a recorded incident.
      </p>
    </Empty>
  </>
);
