import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { parseFlowFilter } from '../../src/contract/flow-filter.ts';
import type { Flows } from '../../src/contract/answers.ts';
import { ask, askLines, type Parameters, searchOf } from '../api/ask.ts';
import { Refusal } from '../api/refusal.ts';
import { useAnswer } from '../api/use-answer.ts';
import { clockOf } from '../format.ts';
import { Answered } from '../parts/Answered.tsx';
import { Completeness } from '../parts/Completeness.tsx';
import { CopyCommand } from '../parts/Copy.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FilterBar } from '../parts/FilterBar.tsx';
import { NoFlows } from '../parts/NoFlows.tsx';
import { RangeLine } from '../parts/RangeLine.tsx';
import { useView } from '../state/use-view.ts';
import { ColumnPicker } from './flows/ColumnPicker.tsx';
import { savedColumns } from './flows/columns.ts';
import { ExportMenu } from './flows/ExportMenu.tsx';
import { FlowPages } from './flows/flow-pages.ts';
import { FlowTable } from './flows/FlowTable.tsx';

/** What is asked at once: how many there are, by when they began, and one of them. */
const OVERVIEW = { limit: '1', steps: '1000' };

/** The flows themselves. */
export const FlowsPage = () => {
  const { word, range, change } = useView();
  const where = word('where');
  const isUnderstood = where === null || parseFlowFilter(where).ok;
  const filtered = { ...range, where: where ?? undefined };
  const query = useAnswer('flows', isUnderstood ? { ...filtered, ...OVERVIEW } : null);
  return (
    <>
      <div className="page-head">
        <h1>Flows</h1>
        <FilterBar key={where} where={where ?? ''} change={(text) => change({ where: text })} />
      </div>
      {isUnderstood ? (
        <Answered query={query} what="the flows">
          {(report) =>
            report.items.length === 0 ? (
              <NoFlows of={report} where={where} />
            ) : (
              <section className="panel" aria-label="Flows">
                <Listed report={report} filtered={filtered} />
                <Completeness of={report} />
                <CopyCommand asked="flows" parameters={filtered} />
              </section>
            )
          }
        </Answered>
      ) : (
        <Empty kind="filtered" title="The filter is not understood">
          <p>What is wrong stands under the word. Nothing was asked.</p>
        </Empty>
      )}
    </>
  );
};

interface ListedProps {
  readonly report: Flows;
  readonly filtered: Parameters;
}

const Listed = ({ report, filtered }: ListedProps) => {
  const { zone } = useView();
  const [columns, setColumns] = useState(savedColumns);
  const flows = useFlowPages(report, filtered);
  const { from, until } = report.query;
  const clock = clockOf(zone);
  const trouble = useSyncExternalStore(flows.subscribe, () => flows.trouble);
  return (
    <>
      <div className="panel-head">
        <RangeLine from={from} until={until} flows={flows.count} />
        <div className="row">
          <ColumnPicker shown={columns} change={setColumns} />
          <ExportMenu parameters={filtered} />
        </div>
      </div>
      {trouble === null ? null : (
        <p className="note" role="status">
          Some rows could not be had: {trouble instanceof Refusal ? trouble.problem.title : trouble.message}. Scroll to
          ask again.
        </p>
      )}
      <FlowTable flows={flows} isOneDay={clock.day(from) === clock.day(until)} columns={columns} />
    </>
  );
};

/** The flows of a report, as rows that are asked for when they are looked at. */
const useFlowPages = ({ query: { until }, over }: Flows, filtered: Parameters): FlowPages => {
  const search = searchOf(filtered);
  const flows = useMemo(() => {
    const of = (begin: number, end: number): Parameters => ({
      ...Object.fromEntries(new URLSearchParams(search)),
      at: undefined,
      since: new Date(begin).toISOString(),
      until: new Date(end).toISOString(),
    });
    return new FlowPages(over ?? { stepMs: 1, steps: [] }, Date.parse(until), {
      lines: (begin, end, limit, signal) => askLines('flows', { ...of(begin, end), limit: String(limit) }, signal),
      over: async (begin, end, signal) =>
        (await ask('flows', { ...of(begin, end), ...OVERVIEW }, signal)).over ?? { stepMs: 1, steps: [] },
    });
  }, [search, over, until]);
  useEffect(() => () => flows.end(), [flows]);
  return flows;
};
