import { parseFlowFilter } from '../../src/contract/flow-filter.ts';
import { bytes, count, plural } from '../../src/base/number-text.ts';
import type { FlowMap } from '../../src/contract/answers.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { Figure } from '../parts/Figure.tsx';
import { FilterBar } from '../parts/FilterBar.tsx';
import { NoFlows } from '../parts/NoFlows.tsx';
import { RangeLine } from '../parts/RangeLine.tsx';
import { VerdictShares } from '../parts/VerdictShares.tsx';
import { useView } from '../state/use-view.ts';
import { Controls, Forms, useChosen } from './map/Controls.tsx';
import { byOf, fromName, toName } from './map/drawn.ts';
import { EdgeTable } from './map/EdgeTable.tsx';
import { type Form, Picture } from './map/Picture.tsx';

/** Who talks to what. */
export const MapPage = () => {
  const { word, range, change } = useView();
  const chosen = useChosen();
  const where = word('where');
  const isUnderstood = where === null || parseFlowFilter(where).ok;
  const { to, by, limit, hide } = chosen;
  const parameters = { ...range, to, by, limit, hide, where: where ?? undefined };
  const query = useAnswer('map', isUnderstood ? parameters : null);
  return (
    <>
      <div className="page-head">
        <h1>Map</h1>
        <FilterBar key={where} where={where ?? ''} change={(text) => change({ where: text })} />
      </div>
      <Controls chosen={chosen} />
      {isUnderstood ? (
        <Answered query={query} what="who talks to what">
          {(report) => (
            <>
              {report.items.length === 0 ? (
                <Nothing report={report} where={where} />
              ) : (
                <>
                  <section className="panel">
                    <h2 className="answer">{sentence(report)}</h2>
                    <RangeLine from={report.query.from} until={report.query.until} flows={report.coverage.flows} />
                    <VerdictShares coverage={report.coverage} />
                    <Hidden report={report} />
                    <Completeness of={report} />
                  </section>
                  <Figure
                    title="Who talks to what"
                    says={saysOf(report, chosen.form)}
                    actions={<Forms form={chosen.form} />}
                    picture={
                      <Picture items={report.items} by={byOf(report.query.by)} form={chosen.form} where={where} />
                    }
                    table={() => <EdgeTable items={report.items} by={byOf(report.query.by)} where={where} />}
                  />
                </>
              )}
              <CopyCommand asked="map" parameters={parameters} />
            </>
          )}
        </Answered>
      ) : (
        <Empty kind="filtered" title="The filter is not understood">
          <p>What is wrong stands under the word. Nothing was asked.</p>
        </Empty>
      )}
    </>
  );
};

/** The largest edge, as somebody would say it. */
const sentence = ({ items, coverage, query: { by } }: FlowMap): string => {
  const [first] = items;
  if (first === undefined || first.to.kind === 'other') return `${plural(coverage.flows, 'flow')}.`;
  const part =
    by === 'flows'
      ? `${count(first.flows)} of ${plural(coverage.flows, 'flow')}`
      : `${bytes(first.bytes)} of ${bytes(coverage.bytes)}`;
  return `Most goes from ${fromName(first)} to ${toName(first)}: ${part}.`;
};

const saysOf = ({ items, query: { by } }: FlowMap, form: Form): string => {
  const listed = items.filter(({ to }) => to.kind !== 'other');
  const edges = items.reduce((sum, one) => sum + one.edges, 0);
  const rest = edges - listed.length;
  const more = by === 'flows' ? 'the more flows' : 'the more bytes, both ways';
  const what = `The thicker a ribbon, ${more}${form === 'graph' ? '; it leaves a box at its right' : ''}`;
  return rest === 0
    ? `${plural(edges, 'edge')}, all of them. ${what}.`
    : `The ${count(listed.length)} largest of ${plural(edges, 'edge')}; the other ${count(rest)} are summed up as other. ${what}.`;
};

const Hidden = ({ report: { hidden, notes } }: { readonly report: FlowMap }) => (
  <>
    {hidden.length === 0 ? null : (
      <p>
        <span className="dim">Hidden:</span>{' '}
        {hidden.map(({ preset, flows, bytes: of }) => `${preset} ${plural(flows, 'flow')}, ${bytes(of)}`).join(' · ')}
      </p>
    )}
    {notes.map((note) => (
      <p key={note} className="dim">
        {note}
      </p>
    ))}
  </>
);

const Nothing = ({ report, where }: { readonly report: FlowMap; readonly where: string | null }) => {
  const { change } = useView();
  const flows = report.hidden.reduce((sum, one) => sum + one.flows, 0);
  if (flows === 0) return <NoFlows of={report} where={where} />;
  return (
    <Empty kind="filtered" title={`All ${plural(flows, 'flow')} are hidden`}>
      <Hidden report={report} />
      <p className="row">
        <button type="button" onClick={() => change({ hide: null })}>
          Hide nothing
        </button>
      </p>
    </Empty>
  );
};
