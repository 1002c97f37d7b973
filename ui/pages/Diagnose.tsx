import { useAnswer } from '../api/use-answer.ts';
import type { Diagnosis } from '../../src/contract/answers.ts';
import { plural } from '../../src/base/number-text.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FactItem } from '../parts/FactItem.tsx';
import { RangeLine } from '../parts/RangeLine.tsx';
import { WordForm } from '../parts/WordForm.tsx';
import { useView } from '../state/use-view.ts';
import { saveReport } from './diagnose/save-report.ts';
import { CAUSES, STATUSES } from './diagnose/words.ts';

type Hypothesis = Diagnosis['hypotheses'][number];

/** Why calls fail: each cause with what speaks for it. */
export const Diagnose = () => {
  const { word, range } = useView();
  const parameters = { ...range, dest: word('dest') ?? undefined };
  const query = useAnswer('diagnose', parameters);
  return (
    <>
      <div className="page-head">
        <h1>Diagnose</h1>
        <WordForm word="dest" label="towards" placeholder="every destination" button="Ask" />
      </div>
      <Answered query={query} what="why calls fail">
        {(report) => <Report report={report} parameters={parameters} />}
      </Answered>
    </>
  );
};

const Report = ({
  report,
  parameters,
}: {
  readonly report: Diagnosis;
  readonly parameters: Parameters<typeof CopyCommand>[0]['parameters'];
}) => {
  if (report.sources.length === 0)
    return (
      <Empty kind="not-configured" title="Nothing has been brought in yet">
        <p>Without any source no cause can be told from another.</p>
      </Empty>
    );
  return (
    <>
      <section className="panel">
        <div className="panel-head">
          <RangeLine from={report.query.from} until={report.query.until} />
          <div className="row">
            <button type="button" onClick={() => saveReport(report, 'md')}>
              Markdown
            </button>
            <button type="button" onClick={() => saveReport(report, 'html')}>
              HTML
            </button>
          </div>
        </div>
        <h2 className="answer">{summary(report.hypotheses)}</h2>
        <p>
          <b>Next:</b> {report.next}
        </p>
        <Completeness of={report} />
      </section>
      {STATUSES.map(({ status, says, mark }) => {
        const some = report.hypotheses.filter((one) => one.status === status);
        return some.length === 0 ? null : (
          <section key={status} className="panel" aria-labelledby={`status-${status}`}>
            <h3 id={`status-${status}`}>
              <span aria-hidden="true">{mark}</span> {says} <span className="dim num">{some.length}</span>
            </h3>
            {some.map((one) => (
              <Cause key={one.cause} hypothesis={one} />
            ))}
          </section>
        );
      })}
      <CopyCommand asked="diagnose" parameters={parameters} />
    </>
  );
};

const summary = (hypotheses: readonly Hypothesis[]): string => {
  const found = hypotheses.filter(({ status }) => status === 'ruled-in');
  const [first] = found;
  const open = hypotheses.filter(({ status }) => status === 'cannot-tell').length;
  if (first === undefined)
    return open === 0 ? 'No cause of trouble was seen.' : `No cause was seen; ${plural(open, 'cause')} cannot be told.`;
  const others = found.length > 1 ? `, and ${plural(found.length - 1, 'further cause')}` : '';
  return `${first.proved ? 'Proved' : 'Consistent with'}: ${CAUSES[first.cause]}${others}.`;
};

const Cause = ({
  hypothesis: { cause, status, facts, missing, explains, proved },
}: {
  readonly hypothesis: Hypothesis;
}) => (
  <details className={`cause cause-${status}`} open={status === 'ruled-in'} id={cause}>
    <summary>
      <b>{CAUSES[cause]}</b> <span className="mono dim">{cause}</span>{' '}
      {status === 'ruled-in' ? <span className="tag">{proved ? 'proved' : 'likely'}</span> : null}{' '}
      {explains > 0 ? <span className="num">explains about {plural(explains, 'failure')}</span> : null}
      {status === 'cannot-tell' && missing[0] !== undefined ? (
        <span className="dim cause-missing">Missing: {missing[0].what}</span>
      ) : null}
    </summary>
    <ul className="facts">
      {facts.map((fact) => (
        <FactItem key={`${fact.text} ${fact.at}`} mark="•" {...fact} />
      ))}
      {missing.map(({ what, how }) => (
        <li key={what}>
          <span className="fact-mark" aria-hidden="true">
            ?
          </span>
          <div>
            Missing: {what}
            <div className="how mono">{how}</div>
          </div>
        </li>
      ))}
    </ul>
  </details>
);
