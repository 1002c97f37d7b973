import type { Trace } from '../../src/contract/answers.ts';
import { plural } from '../../src/base/number-text.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { WordForm } from '../parts/WordForm.tsx';
import { useView } from '../state/use-view.ts';
import { SnatStrips } from './trace/SnatStrip.tsx';
import { Waterfall } from './trace/Waterfall.tsx';

/** What happened to a request. */
export const TracePage = () => {
  const { word, range } = useView();
  const id = word('id');
  const parameters = { id: id ?? '', ...range };
  const query = useAnswer('trace', id === null ? null : parameters);
  return (
    <>
      <div className="page-head">
        <h1>Trace</h1>
        <WordForm
          word="id"
          label="of"
          placeholder="a trace id, traceparent, Request-Id, x-ms-client-request-id"
          button="Follow"
        />
      </div>
      {id === null ? (
        <Empty kind="filtered" title="Which request?">
          <p>Any id that its spans or log lines carry. Case and dashes do not matter.</p>
        </Empty>
      ) : (
        <Answered query={query} what="what happened to it">
          {(report) =>
            report.items.length === 0 ? (
              <Unknown report={report} />
            ) : (
              <Journey report={report} parameters={parameters} />
            )
          }
        </Answered>
      )}
    </>
  );
};

const Journey = ({
  report,
  parameters,
}: {
  readonly report: Trace;
  readonly parameters: Parameters<typeof CopyCommand>[0]['parameters'];
}) => {
  const failed = report.items.filter(({ status }) => status === 'error').length;
  const spans = report.items.filter(({ kind }) => kind === 'span').length;
  const flows = report.items.filter(({ kind }) => kind === 'flow').length;
  const pods = new Set(report.items.flatMap(({ pod }) => pod?.uid ?? []));
  return (
    <>
      <section className="panel">
        <h2 className="answer">
          {plural(spans, 'span')} in {plural(pods.size, 'pod')}, {plural(flows, 'flow')}
          {failed > 0 ? `; ${plural(failed, 'span')} failed` : '; none failed'}.
        </h2>
        <p className="dim mono">{report.traces.join(', ') || report.id}</p>
        {report.skews.length === 0 ? null : (
          <ul className="note note-warn">
            {report.skews.map(({ node, against, leastMs, mostMs, calls }) => (
              <li key={`${node} ${against}`}>
                ▲ The clock of {node} is {leastMs === null ? `up to ${mostMs}` : `${leastMs} to ${mostMs}`} ms apart
                from that of {against}: {plural(calls, 'call')} prove it. Times are shown as they were told.
              </li>
            ))}
          </ul>
        )}
        <Completeness of={report} />
      </section>
      <Waterfall items={report.items} />
      <SnatStrips items={report.items} />
      <CopyCommand asked="trace" parameters={parameters} />
    </>
  );
};

const Unknown = ({ report }: { readonly report: Trace }) => {
  const tells = report.sources.some(({ kind }) => kind === 'sighting');
  return tells ? (
    <Empty
      kind={report.completeness.complete ? 'true-zero' : 'degraded'}
      title={`No span and no line of a log carries ${report.id}`}
    >
      <p>
        It may have been sampled away, lie before what is kept, or never have been sent on. A shorter part of it is no
        id of its own.
      </p>
    </Empty>
  ) : (
    <Empty kind="not-configured" title="No source tells of requests">
      <p>
        Spans and logs come from OpenTelemetry, Application Insights or ContainerLogV2. An exporter needs no more than
        this address:
      </p>
      <pre
        tabIndex={0}
      >{`OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`}</pre>
    </Empty>
  );
};
