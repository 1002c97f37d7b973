import { useState } from 'react';
import { parseFlowFilter } from '../../src/contract/flow-filter.ts';
import { count, plural } from '../../src/base/number-text.ts';
import { useAnswer } from '../api/use-answer.ts';
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
import { FlowTable } from './flows/FlowTable.tsx';

const LIMITS = ['1000', '10000', '100000'] as const;

/** The flows themselves. */
export const FlowsPage = () => {
  const { word, range, change } = useView();
  const where = word('where');
  const limit = LIMITS.find((one) => one === word('show')) ?? LIMITS[0];
  const [columns, setColumns] = useState(savedColumns);
  const isUnderstood = where === null || parseFlowFilter(where).ok;
  const filtered = { ...range, where: where ?? undefined };
  const parameters = { ...filtered, limit };
  const query = useAnswer('flows', isUnderstood ? parameters : null);
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
                <div className="panel-head">
                  <RangeLine from={report.query.from} until={report.query.until} flows={report.items.length} />
                  <div className="row">
                    <label className="row">
                      <span className="dim">Newest</span>
                      <select value={limit} onChange={(event) => change({ show: event.target.value })}>
                        {LIMITS.map((one) => (
                          <option key={one} value={one}>
                            {count(Number(one))}
                          </option>
                        ))}
                      </select>
                    </label>
                    <ColumnPicker shown={columns} change={setColumns} />
                    <ExportMenu parameters={filtered} />
                  </div>
                </div>
                {report.items.length === Number(limit) ? (
                  <p className="note">
                    These are the newest {plural(report.items.length, 'flow')}; there are more. Narrow the time or the
                    filter, or export all of them.
                  </p>
                ) : null}
                <FlowTable flows={report.items} columns={columns} />
                <Completeness of={report} />
                <CopyCommand asked="flows" parameters={parameters} />
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
