import { count, plural } from '../../../src/base/number-text.ts';
import type { Sources } from '../../../src/contract/answers.ts';
import { TimeText } from '../../parts/TimeText.tsx';

type Item = Sources['items'][number];

const KINDS: readonly (readonly [string, string])[] = [
  ['flow-log', 'Flow log'],
  ['traffic-analytics', 'Traffic Analytics'],
  ['conntrack', 'Conntrack'],
  ['inventory', 'Pods and nodes'],
  ['sighting', 'Traces and ids'],
  ['log', 'Logs'],
  ['metric', 'Azure metrics'],
  ['event', 'Kubernetes events'],
];

/** By kind of source the time up to which all of it has told: the slowest counts. */
export const Freshness = ({ items }: { readonly items: readonly Item[] }) => {
  const kinds = [...new Set(items.map(({ kind }) => kind))].sort((a, b) => place(a) - place(b));
  return (
    <div className="scroll" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>Source</th>
            <th>Complete to</th>
            <th className="right">Rows</th>
            <th>Trouble</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <Row key={kind} kind={kind} of={items.filter((item) => item.kind === kind)} />
          ))}
        </tbody>
      </table>
    </div>
  );
};

const place = (kind: string): number => {
  const at = KINDS.findIndex(([name]) => name === kind);
  return at < 0 ? KINDS.length : at;
};

const Row = ({ kind, of }: { readonly kind: string; readonly of: readonly Item[] }) => {
  const marks = of.flatMap(({ watermark }) => watermark ?? []).sort();
  const rows = of.reduce((sum, item) => sum + item.rows, 0);
  const gaps = of.reduce((sum, item) => sum + item.gaps.length, 0);
  const rejects = of.reduce((sum, item) => sum + item.rejects, 0);
  return (
    <tr>
      <td>
        {KINDS.find(([name]) => name === kind)?.[1] ?? kind}{' '}
        {of.length > 1 ? <span className="dim">× {of.length}</span> : null}
      </td>
      <td>{marks[0] === undefined ? <span className="dim">nothing yet</span> : <TimeText at={marks[0]} whole />}</td>
      <td className="right num">{count(rows)}</td>
      <td>
        {gaps + rejects === 0 ? (
          <span className="dim">none</span>
        ) : (
          <span className="warn">
            ▲{' '}
            {[gaps > 0 ? plural(gaps, 'gap') : '', rejects > 0 ? plural(rejects, 'reject') : '']
              .filter(Boolean)
              .join(', ')}
          </span>
        )}
      </td>
    </tr>
  );
};
