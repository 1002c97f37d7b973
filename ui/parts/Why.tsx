import type { WhyReport } from '../../src/contract/answers.ts';
import { bytes, percent } from '../../src/base/number-text.ts';
import { useAnswer } from '../api/use-answer.ts';
import { duration } from '../format.ts';
import { useView } from '../state/use-view.ts';
import { Answered } from './Answered.tsx';
import { Completeness } from './Completeness.tsx';
import { CopyCommand } from './Copy.tsx';
import { FactItem } from './FactItem.tsx';
import { TimeText } from './TimeText.tsx';
import { VerdictTag } from './verdict.tsx';

/** What a verdict rests on: facts first, then what they came to. */
export const Why = ({ flow }: { readonly flow: string }) => {
  const { place } = useView();
  const parameters = { flow, ...place };
  const query = useAnswer('why', parameters);
  return (
    <Answered query={query} what="why">
      {(report) => (
        <>
          <Head report={report} />
          <Facts title="For" mark="+" facts={report.for} none="No fact speaks for anybody." />
          <Facts title="Against" mark="−" facts={report.against} none="Nothing speaks against it." />
          <Facts title="Ruled out" mark="✕" facts={report.ruledOut} none="Nobody had to be ruled out." />
          <Missing missing={report.missing} />
          <Raw report={report} />
          <Completeness of={report} />
          <CopyCommand asked="why" parameters={parameters} />
        </>
      )}
    </Answered>
  );
};

const Head = ({ report: { flow, verdict, egress } }: { readonly report: WhyReport }) => (
  <section className="why-head">
    <p className="why-verdict">
      <VerdictTag kind={verdict.kind} reason={verdict.reason} />
    </p>
    <p className="why-says">{verdict.says}</p>
    <p className="mono wire">
      {flow.srcIp}
      {flow.srcPort === null ? '' : `:${flow.srcPort}`} → {flow.destIp}:{flow.destPort}/{flow.protocol}
    </p>
    <dl className="facts-line">
      <div>
        <dt>Began</dt>
        <dd>
          <TimeText at={flow.begin} whole />
        </dd>
      </div>
      <div>
        <dt>Lasted</dt>
        <dd>{flow.end === null ? 'still open' : duration(Date.parse(flow.end) - Date.parse(flow.begin))}</dd>
      </div>
      <div>
        <dt>Out / in</dt>
        <dd className="num">
          {bytes(flow.bytesOut)} / {bytes(flow.bytesIn)}
        </dd>
      </div>
      <div>
        <dt>Node</dt>
        <dd>{flow.node ?? 'not known'}</dd>
      </div>
      <div>
        <dt>SNAT port</dt>
        <dd className="num">{flow.snatPort ?? 'none'}</dd>
      </div>
      <div>
        <dt>Decision</dt>
        <dd>
          {flow.decision}
          {flow.rule === null ? '' : ` by ${flow.rule}`}
        </dd>
      </div>
      <div>
        <dt>Left by</dt>
        <dd title={egress.why}>{egress.path}</dd>
      </div>
      <div>
        <dt>Seen by</dt>
        <dd>{flow.observedBy.join(', ')}</dd>
      </div>
    </dl>
    {flow.candidates.length > 1 ? <Candidates candidates={flow.candidates} /> : null}
  </section>
);

const Candidates = ({ candidates }: { readonly candidates: WhyReport['flow']['candidates'] }) => (
  <table className="table">
    <caption>Who it may have been</caption>
    <thead>
      <tr>
        <th>Candidate</th>
        <th className="right">Probability</th>
      </tr>
    </thead>
    <tbody>
      {candidates.map((one) => (
        <tr key={JSON.stringify(one)}>
          <td>{candidateName(one)}</td>
          <td className="right num">{percent(one.probability, 1)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

const candidateName = (one: WhyReport['flow']['candidates'][number]): string => {
  const { node, others, namespace, pod, workload } = one as Partial<
    Readonly<Record<'namespace' | 'pod' | 'workload', string | null>> & { readonly node: true; readonly others: number }
  >;
  if (node === true) return 'the node itself';
  if (others !== undefined) return `${others} others`;
  return `${namespace}/${pod ?? workload}`;
};

interface FactsProps {
  readonly title: string;
  readonly mark: string;
  readonly facts: WhyReport['for'];
  readonly none: string;
}

const Facts = ({ title, mark, facts, none }: FactsProps) => (
  <section>
    <h3>{title}</h3>
    {facts.length === 0 ? (
      <p className="dim">{none}</p>
    ) : (
      <ul className="facts">
        {facts.map((fact) => (
          <FactItem key={`${fact.text} ${fact.source} ${fact.at}`} mark={mark} {...fact} />
        ))}
      </ul>
    )}
  </section>
);

const Missing = ({ missing }: { readonly missing: WhyReport['missing'] }) => (
  <section>
    <h3>Missing</h3>
    {missing.length === 0 ? (
      <p className="dim">Nothing that would make it surer.</p>
    ) : (
      <ul className="facts">
        {missing.map(({ what, how }) => (
          <li key={what}>
            <span className="fact-mark" aria-hidden="true">
              ?
            </span>
            <div>
              {what}
              <div className="how mono">{how}</div>
            </div>
          </li>
        ))}
      </ul>
    )}
  </section>
);

const Raw = ({ report: { translations, leases, records, clock } }: { readonly report: WhyReport }) => (
  <details className="raw">
    <summary>
      Raw: {translations.length} translations, {leases.length} leases, {records.length} records
    </summary>
    <p className="dim">
      Clock of {clock.node ?? 'the node'} against the flow log: {clock.offsetMs} ms ± {clock.uncertaintyMs} ms, from{' '}
      {clock.pairs} pairs. Times as written by their sources, in UTC.
    </p>
    <pre tabIndex={0}>{JSON.stringify({ translations, leases, records }, null, 2)}</pre>
  </details>
);
