import { type KeyboardEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { Flow } from '../../../src/contract/answers.ts';
import { clockOf } from '../../format.ts';
import { VerdictTag } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';
import type { FlowPages } from './flow-pages.ts';
import { useRows } from './use-rows.ts';
import { BEGAN_THAT_DAY, FLOW_COLUMNS, type FlowColumn } from './columns.ts';

/** Rows that come into view take the elements of those that leave it; there are never as many. */
const REUSED = 256;

interface FlowTableProps {
  readonly flows: FlowPages;
  /** All of them are of one day. */
  readonly isOneDay: boolean;
  readonly columns: readonly string[];
}

/** However many rows there are, those that are seen are asked for and drawn. Newest first; arrow keys move, Enter opens the evidence. */
export const FlowTable = ({ flows, isOneDay, columns }: FlowTableProps) => {
  const { zone, change, word } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  useSyncExternalStore(flows.subscribe, flows.version);
  const rows = useRows(place, flows.count);
  const { first, last } = rows;
  useEffect(() => flows.want(first, last), [flows, first, last]);
  const clock = clockOf(zone);
  const shown = useMemo(
    () =>
      FLOW_COLUMNS.filter(({ name }) => columns.includes(name)).map((column) =>
        column.name === 'begin' && isOneDay ? BEGAN_THAT_DAY : column,
      ),
    [columns, isOneDay],
  );
  const opened = word('flow');
  const open = (flow: Flow | undefined): void => {
    if (flow !== undefined) change({ flow: flow.flow });
  };
  const move = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      j: 1,
      k: -1,
      PageDown: 15,
      PageUp: -15,
      Home: -flows.count,
      End: flows.count,
    };
    const step = steps[event.key];
    if (step === undefined && event.key !== 'Enter') return undefined;
    // Else the key goes on to what is opened, and closes it.
    event.preventDefault();
    if (step === undefined) return open(flows.flowAt(at));
    const next = Math.max(0, Math.min(flows.count - 1, at + step));
    setAt(next);
    return rows.show(next);
  };
  const template = shown.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' ');
  const width = shown.reduce((sum, column) => sum + column.width, 0);
  return (
    <div
      ref={place}
      className="grid"
      role="grid"
      aria-label="Flows, newest first. Arrow keys move, Enter opens the evidence."
      aria-rowcount={flows.count + 1}
      aria-colcount={shown.length}
      aria-activedescendant={`flow-row-${at}`}
      tabIndex={0}
      onKeyDown={move}
    >
      <div
        role="row"
        aria-rowindex={1}
        className="grid-row grid-head"
        style={{ gridTemplateColumns: template, minWidth: width }}
      >
        {shown.map(({ name, head, isNumber }) => (
          <div key={name} role="columnheader" className={isNumber === true && name !== 'begin' ? 'right' : undefined}>
            {head}
          </div>
        ))}
      </div>
      <div role="rowgroup" style={{ height: rows.height, minWidth: width, position: 'relative' }}>
        {Array.from({ length: last - first + 1 }, (_, i) => {
          const index = first + i;
          const flow = flows.flowAt(index);
          return (
            <div
              key={index % REUSED}
              id={`flow-row-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={flow !== undefined && flow.flow === opened}
              aria-busy={flow === undefined}
              className={index === at ? 'grid-row is-at' : 'grid-row'}
              style={{ gridTemplateColumns: template, transform: `translateY(${rows.topOf(index)}px)` }}
              onClick={() => {
                setAt(index);
                open(flow);
              }}
            >
              {shown.map((column) => (
                <Cell
                  key={column.name}
                  column={column}
                  flow={flow}
                  text={flow === undefined ? '…' : column.of(flow, clock)}
                />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
};

interface CellProps {
  readonly column: FlowColumn;
  /** undefined: not read yet. */
  readonly flow: Flow | undefined;
  readonly text: string;
}

const Cell = ({ column: { name, isNumber, isMono }, flow, text }: CellProps) => (
  <div
    role="gridcell"
    title={text}
    className={
      [
        isNumber === true ? 'num' : '',
        isNumber === true && name !== 'begin' ? 'right' : '',
        isMono === true ? 'mono' : '',
      ]
        .join(' ')
        .trim() || undefined
    }
  >
    {name === 'verdict' && flow !== undefined ? <VerdictTag kind={flow.verdict} reason={flow.reason} /> : text}
  </div>
);
