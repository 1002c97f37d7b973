import { useAnswer } from '../api/use-answer.ts';
import { Answered } from '../parts/Answered.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { useView } from '../state/use-view.ts';
import { Checks } from './sources/Checks.tsx';
import { Gaps } from './sources/Gaps.tsx';
import { Rejects } from './sources/Rejects.tsx';
import { SourceTable } from './sources/SourceTable.tsx';

/** What has arrived, up to when, what is missing, and what mends it. */
export const SourcesPage = () => {
  const { place } = useView();
  const sources = useAnswer('sources', place);
  const doctor = useAnswer('doctor', place);
  return (
    <>
      <div className="page-head">
        <h1>Sources</h1>
      </div>
      <Answered query={doctor} what="what is connected">
        {(report) => <Checks report={report} />}
      </Answered>
      <Answered query={sources} what="what has arrived">
        {(report) =>
          report.items.length === 0 ? (
            <Empty kind="not-configured" title="Nothing has been brought in yet">
              <p>
                <code>unmasq ingest PATH…</code>, or sources that <code>unmasq serve</code> reads by itself.
              </p>
            </Empty>
          ) : (
            <>
              <SourceTable items={report.items} />
              <Gaps items={report.items} />
              <Rejects rejects={report.rejects} />
            </>
          )
        }
      </Answered>
      <CopyCommand asked="sources" parameters={place} />
    </>
  );
};
