import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { Flow } from '../../../src/contract/answers.ts';
import { clockOf } from '../../format.ts';
import { VerdictTag } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';
import { BEGAN_THAT_DAY, FLOW_COLUMNS, type FlowColumn } from './columns.ts';

const ROW = 30;
const AHEAD = 12;
/** Browsers draw nothing beyond some millions of pixels; a list that would be higher is squeezed into this. */
const HIGHEST = 15_000_000;

interface FlowTableProps {
  /** Oldest first, as they are told. */
  readonly flows: readonly Flow[];
  readonly columns: readonly string[];
}

/** However many rows there are, those that are seen are drawn. Newest first; arrow keys move, Enter opens the evidence. */
export const FlowTable = ({ flows, columns }: FlowTableProps) => {
  const { zone, change, word } = useView();
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const clock = clockOf(zone);
  const isOneDay = clock.day(flows[0]?.begin ?? 0) === clock.day(flows.at(-1)?.begin ?? 0);
  const shown = useMemo(
    () =>
      FLOW_COLUMNS.filter(({ name }) => columns.includes(name)).map((column) =>
        column.name === 'begin' && isOneDay ? BEGAN_THAT_DAY : column,
      ),
    [columns, isOneDay],
  );
  const rowHeight = Math.min(ROW, HIGHEST / Math.max(1, flows.length));
  const rows = useVirtualizer({
    count: flows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: AHEAD,
  });
  const opened = word('flow');
  const open = (flow: Flow | undefined): void => {
    if (flow !== undefined) change({ flow: flow.flow });
  };
  const flowAt = (row: number): Flow | undefined => flows[flows.length - 1 - row];
  const move = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      j: 1,
      k: -1,
      PageDown: 15,
      PageUp: -15,
      Home: -flows.length,
      End: flows.length,
    };
    const step = steps[event.key];
    if (event.key === 'Enter') return open(flowAt(at));
    if (step === undefined) return undefined;
    event.preventDefault();
    const next = Math.max(0, Math.min(flows.length - 1, at + step));
    setAt(next);
    return rows.scrollToIndex(next);
  };
  const template = shown.map(({ width }) => `minmax(${width}px, ${width}fr)`).join(' ');
  const width = shown.reduce((sum, column) => sum + column.width, 0);
  return (
    <div
      ref={place}
      className="grid"
      role="grid"
      aria-label="Flows, newest first. Arrow keys move, Enter opens the evidence."
      aria-rowcount={flows.length + 1}
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
      <div role="rowgroup" style={{ height: rows.getTotalSize(), minWidth: width, position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const flow = flowAt(index);
          return flow === undefined ? null : (
            <div
              key={flow.flow}
              id={`flow-row-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={flow.flow === opened}
              className={index === at ? 'grid-row is-at' : 'grid-row'}
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
              onClick={() => {
                setAt(index);
                open(flow);
              }}
            >
              {shown.map((column) => (
                <Cell key={column.name} column={column} flow={flow} text={column.of(flow, clock)} />
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
  readonly flow: Flow;
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
    {name === 'verdict' ? <VerdictTag kind={flow.verdict} reason={flow.reason} /> : text}
  </div>
);
