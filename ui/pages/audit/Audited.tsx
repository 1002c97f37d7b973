import { plural } from '../../../src/base/number-text.ts';
import type { Audit, AuditFinding } from '../../../src/contract/answers.ts';
import { type FilesAsked, useAnswer } from '../../api/use-answer.ts';
import { CopyButton, CopyCommand } from '../../parts/Copy.tsx';
import { Empty } from '../../parts/Empty.tsx';
import type { OfAudit } from '../../state/choices.ts';
import { useView } from '../../state/use-view.ts';
import { FilesAnswered } from './FilesAnswered.tsx';
import { dollars } from './money.ts';

interface PartProps {
  /** null: those of the server. */
  readonly files: FilesAsked | null;
}

const FLAGS = '--audit infra';

type Severity = OfAudit<'severity'>;
const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'note'];
const MARKS: Readonly<Record<Severity, string>> = { critical: '✕', warning: '▲', note: '•' };

export const FindingsPart = ({ files }: PartProps) => {
  const query = useAnswer('audit', {}, files);
  return (
    <FilesAnswered query={query} what="what is wrong" flags={FLAGS}>
      {(report) => (
        <>
          <Findings report={report} />
          <Elsewhere report={report} isPosted={files !== null} />
        </>
      )}
    </FilesAnswered>
  );
};

const Elsewhere = ({ report, isPosted }: { readonly report: Audit; readonly isPosted: boolean }) => (
  <CopyCommand asked="audit" parameters={{}} files={{ names: report.query.paths, isPosted }} />
);

/** Files are all that was read; what of them could not be is said. */
const Read = ({ report: { sources, completeness } }: { readonly report: Audit }) =>
  completeness.complete ? (
    <p className="complete">
      <span aria-hidden="true">✓</span> {plural(sources.length, 'file')} read whole.
    </p>
  ) : (
    <details className="note note-warn" open>
      <summary>
        <span aria-hidden="true">▲</span> Not everything could be read. What is shown is right; more may be wrong.
      </summary>
      <ul>
        {completeness.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
  );

const Findings = ({ report }: { readonly report: Audit }) => {
  const { word, change } = useView();
  const asked = SEVERITIES.find((one) => one === word('severity')) ?? null;
  const shown = report.findings.filter(({ severity }) => asked === null || severity === asked);
  const byFile = Map.groupBy(shown, ({ file }) => file);
  if (report.findings.length === 0)
    return report.completeness.complete ? (
      <Empty kind="true-zero" title="Nothing is wrong">
        <p>{plural(report.sources.length, 'file')} read, and no finding: neither a mistake nor something missing.</p>
      </Empty>
    ) : (
      <Empty kind="degraded" title="Nothing wrong was found, and not everything could be read">
        <ul>
          {report.completeness.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </Empty>
    );
  return (
    <>
      <section className="panel" aria-labelledby="summary">
        <h2 className="answer" id="summary">
          {plural(report.findings.length, 'finding')} in{' '}
          {plural(new Set(report.findings.map((f) => f.file)).size, 'file')}:{' '}
          {SEVERITIES.map((severity) => `${report.summary[severity]} ${severity}`).join(', ')}.
        </h2>
        <div className="row" role="group" aria-label="Show">
          {[null, ...SEVERITIES].map((severity) => (
            <button
              key={severity ?? 'all'}
              type="button"
              className="quiet"
              aria-pressed={severity === asked}
              onClick={() => change({ severity })}
            >
              {severity === null ? 'All' : `${MARKS[severity]} ${severity} ${report.summary[severity]}`}
            </button>
          ))}
        </div>
        {report.ignored.length === 0 ? null : (
          <p className="dim">
            {plural(report.ignored.length, 'finding')} ignored, as {report.ignored.length === 1 ? 'its' : 'their'} files
            say.
          </p>
        )}
        <Read report={report} />
      </section>
      {shown.length === 0 ? (
        <Empty kind="filtered" title={`No finding is ${asked === null ? 'shown' : `a ${asked}`}`}>
          <p>
            <button type="button" onClick={() => change({ severity: null })}>
              Show all {report.findings.length}
            </button>
          </p>
        </Empty>
      ) : (
        [...byFile].map(([file, findings]) => (
          <section key={file} className="panel" aria-label={file}>
            <h3 className="file-name mono">
              {file} <span className="dim num">{findings.length}</span>
            </h3>
            {findings.map((finding) => (
              <FindingItem key={`${finding.code} ${finding.line} ${finding.column} ${finding.key}`} finding={finding} />
            ))}
          </section>
        ))
      )}
    </>
  );
};

const FindingItem = ({ finding }: { readonly finding: AuditFinding }) => {
  const { code, severity, line, column, subject, message, matters, fix, doc, costPerMonth, diff, related } = finding;
  return (
    <details className="finding" open={severity === 'critical'}>
      <summary>
        <span className={`severity severity-${severity}`}>
          <span aria-hidden="true">{MARKS[severity]}</span> {severity}
        </span>{' '}
        <span className="mono dim">
          {line}:{column}
        </span>{' '}
        <span className="mono">{code}</span> <span className="finding-says">{message}</span>
      </summary>
      <dl className="finding-why">
        <dt>About</dt>
        <dd className="mono">{subject}</dd>
        <dt>Why</dt>
        <dd>
          {matters}{' '}
          {doc.startsWith('https://') ? (
            <a href={doc} target="_blank" rel="noreferrer">
              Azure on it<span className="hidden"> (opens another page)</span>
            </a>
          ) : null}
        </dd>
        <dt>Fix</dt>
        <dd>
          {fix}
          {costPerMonth === null
            ? ''
            : ` It ${costPerMonth < 0 ? 'saves' : 'costs'} ${dollars(Math.abs(costPerMonth))} a month.`}
        </dd>
        {related.length === 0 ? null : (
          <>
            <dt>See</dt>
            <dd>
              <ul>
                {related.map(({ file, line: at, column: of, says }) => (
                  <li key={`${file} ${at} ${of} ${says}`}>
                    <span className="mono">
                      {file}:{at}:{of}
                    </span>{' '}
                    {says}
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      {diff === '' ? (
        <p className="dim">There is no change that is certain to be right.</p>
      ) : (
        <div className="diff-place">
          <Diff text={diff} />
          <CopyButton text={diff}>Copy for git apply</CopyButton>
        </div>
      )}
    </details>
  );
};

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^(?:\+\+\+|---|@@)/, 'at'],
  [/^\+/, 'new'],
  [/^-/, 'old'],
];

const linesOf = (text: string) =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, i) => ({ line, key: `${i} ${line}`, kind: KINDS.find(([is]) => is.test(line))?.[1] ?? 'same' }));

/** What is taken away and added is told by its sign. */
const Diff = ({ text }: { readonly text: string }) => (
  <pre className="diff" tabIndex={0}>
    {linesOf(text).map(({ line, key, kind }) => (
      <span key={key} className={`diff-${kind}`}>
        {line}
        {'\n'}
      </span>
    ))}
  </pre>
);

type Answer = Audit['answerability'][number];

const ANSWERABLE: Readonly<Record<Answer['answerable'], string>> = {
  yes: '✓ yes',
  partly: '◐ partly',
  no: '✕ no',
  'cannot-tell': '? cannot tell',
};

/** What is not answered costs nothing; what is not known is `?`. */
const costOf = ({ answerable, cost }: Answer, of: 'alone' | 'share'): string => {
  const usd = cost[of];
  if (answerable !== 'yes' && answerable !== 'partly') return '–';
  if (usd === null) return '?';
  return `${cost.isAtLeast ? '≥ ' : ''}${dollars(usd)}`;
};

export const AnswerabilityPart = ({ files }: PartProps) => {
  const query = useAnswer('audit', {}, files);
  return (
    <FilesAnswered query={query} what="what could be answered" flags={FLAGS}>
      {(report) => (
        <>
          <section className="panel" aria-labelledby="answers">
            <h2 className="answer" id="answers">
              {sentence(report.answerability)}
            </h2>
            <div className="scroll" tabIndex={0}>
              <table className="table table-text">
                <thead>
                  <tr>
                    <th>Question</th>
                    <th>Answered</th>
                    <th className="right" title="All that the question makes use of">
                      Costs a month
                    </th>
                    <th className="right" title="What others make use of too is shared between them">
                      Its share
                    </th>
                    <th>Cheapest change for the better</th>
                    <th className="right">Adds a month</th>
                  </tr>
                </thead>
                <tbody>
                  {report.answerability.map((row) => (
                    <tr key={row.id}>
                      <td>{row.question}</td>
                      <td>
                        <b className={`answer-${row.answerable}`}>{ANSWERABLE[row.answerable]}</b>
                        <div className="dim">{row.says}</div>
                        {row.verdicts.length === 0 ? null : <div className="dim">{row.verdicts.join(', ')}</div>}
                      </td>
                      <td className="right num">{costOf(row, 'alone')}</td>
                      <td className="right num">{costOf(row, 'share')}</td>
                      <td>
                        {row.cheapestChange === null ? (
                          <span className="dim">none</span>
                        ) : (
                          <>
                            {row.cheapestChange.does.map((one) => (
                              <div key={one}>{one}</div>
                            ))}
                            <div className="dim">→ {row.cheapestChange.gives}</div>
                          </>
                        )}
                      </td>
                      <td className="right num">
                        {row.cheapestChange === null ? '–' : dollars(row.cheapestChange.costPerMonth)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <p className="dim">
              US dollars, list prices. ? is not known beforehand, ≥ has more to it that is not known, – is not answered.
            </p>
            <Read report={report} />
          </section>
          <section className="panel" aria-labelledby="causes">
            <h3 id="causes">Causes of failed calls that could be told</h3>
            <ul className="causes">
              {report.causes.map(({ cause, tells }) => (
                <li key={cause}>
                  <span aria-hidden="true">{tells === null ? '?' : tells ? '✓' : '✕'}</span>{' '}
                  <span className="mono">{cause}</span>
                  <span className="hidden">: {tells === null ? 'cannot tell' : tells ? 'yes' : 'no'}</span>
                </li>
              ))}
            </ul>
          </section>
          <Elsewhere report={report} isPosted={files !== null} />
        </>
      )}
    </FilesAnswered>
  );
};

const sentence = (rows: readonly Answer[]): string => {
  const yes = rows.filter(({ answerable }) => answerable === 'yes').length;
  const partly = rows.filter(({ answerable }) => answerable === 'partly').length;
  return `Of ${plural(rows.length, 'question')} ${yes} could be answered, ${partly} in part.`;
};
