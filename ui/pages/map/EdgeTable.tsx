import { Link } from 'wouter';
import { bytes, expected, percent } from '../../../src/base/number-text.ts';
import { TimeText } from '../../parts/TimeText.tsx';
import { markOf, VERDICTS } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';
import { type By, fromKey, fromName, holderName, type Item, toKey, toName } from './drawn.ts';
import { edgeLink, fromLink, toLink } from './links.ts';

interface EdgeTableProps {
  readonly items: readonly Item[];
  readonly by: By;
  readonly where: string | null;
}

/** What the picture shows, line by line. */
export const EdgeTable = ({ items, by, where }: EdgeTableProps) => (
  <table className="table">
    <thead>
      <tr>
        <th>From</th>
        <th>To</th>
        <th>Verdicts</th>
        <th className="right">Flows</th>
        <th className="right">Out</th>
        <th className="right">In</th>
        <th>First</th>
        <th>Last</th>
      </tr>
    </thead>
    <tbody>
      {items.map((item) => (
        <EdgeRow key={`${fromKey(item)} ${toKey(item)}`} item={item} by={by} where={where} />
      ))}
    </tbody>
  </table>
);

const EdgeRow = ({ item, by, where }: { readonly item: Item; readonly by: By; readonly where: string | null }) => {
  const view = useView();
  const holder = holderName(item);
  return (
    <tr>
      <td>
        <Maybe href={fromLink(view, item, where)}>{fromName(item)}</Maybe>
        {item.from.workload === null ? null : <span className="kind"> {item.from.workload.kind}</span>}
      </td>
      <td title={item.to.addresses.join(' ')}>
        <Maybe href={toLink(view, item.to.kind === 'other' ? [] : [item], where)}>{toName(item)}</Maybe>
        {holder === null ? null : <span className="dim"> {holder}</span>}
      </td>
      <td className="map-verdicts">{verdictsOf(item, by)}</td>
      <td className="right num">
        <Maybe href={edgeLink(view, item, where)}>{expected(item.flows, Math.round(item.flows))}</Maybe>
      </td>
      <td className="right num">{bytes(item.bytesOut)}</td>
      <td className="right num">{bytes(item.bytesIn)}</td>
      <td>
        <TimeText at={item.first} />
      </td>
      <td>
        <TimeText at={item.last} />
      </td>
    </tr>
  );
};

const Maybe = ({ href, children }: { readonly href: string | null; readonly children: string }) =>
  href === null ? <span>{children}</span> : <Link href={href}>{children}</Link>;

const verdictsOf = (item: Item, by: By): string => {
  const shown = VERDICTS.filter(({ kind }) => item.byVerdict[kind].flows > 0);
  if (shown.length === 1) return shown.map(({ kind }) => `${markOf(kind)} ${kind}`).join('');
  return shown.map(({ kind, mark }) => `${mark} ${kind} ${percent(item.byVerdict[kind][by], item[by])}`).join(', ');
};
