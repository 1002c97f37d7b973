import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import { bytes, count, expected, plural } from '../../../src/base/number-text.ts';
import type { WhoReport } from '../../../src/contract/answers.ts';
import { TimeText } from '../../parts/TimeText.tsx';
import { WorkloadName } from '../../parts/WorkloadName.tsx';
import { useView } from '../../state/use-view.ts';
import { certainty } from './certainty.ts';

type Item = WhoReport['items'][number];

/** The workloads, and below each its pods. */
export const Senders = ({ report }: { readonly report: WhoReport }) => {
  const { items } = report;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(items.length <= OPEN_AT_FIRST ? items.map(keyOf) : []));
  if (items.length === 0) return null;
  const toggle = (key: string): void =>
    setOpen(new Set(open.has(key) ? [...open].filter((one) => one !== key) : [...open, key]));
  return (
    <section className="panel" aria-labelledby="senders-title">
      <div className="panel-head">
        <h3 id="senders-title">{howMany(items)}</h3>
        <div className="row">
          <button
            type="button"
            className="quiet"
            onClick={() => setOpen(open.size > 0 ? new Set() : new Set(items.map(keyOf)))}
          >
            {open.size > 0 ? 'Close all' : 'Open all'}
          </button>
        </div>
      </div>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Workload, pod</th>
              <th>Certainty</th>
              <th className="right">Flows</th>
              <th className="right">Out</th>
              <th className="right">In</th>
              <th>Node</th>
              <th>First</th>
              <th>Last</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => {
              const key = keyOf(item);
              return (
                <Fragment key={key}>
                  <ItemRow item={item} dest={report.query.dest} isOpen={open.has(key)} toggle={() => toggle(key)} />
                  {open.has(key)
                    ? item.pods.map((pod) => <PodRow key={pod.uid} pod={pod} item={item} dest={report.query.dest} />)
                    : null}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
};

const howMany = (items: readonly Item[]): string => {
  const nodes = items.filter(({ workload }) => workload === null).length;
  const workloads = items.length - nodes;
  const pods = items.reduce((sum, one) => sum + one.pods.length, 0);
  return [
    ...(workloads > 0 ? [plural(workloads, 'workload'), plural(pods, 'pod')] : []),
    ...(nodes > 0 ? [plural(nodes, 'node')] : []),
  ].join(', ');
};

const OPEN_AT_FIRST = 5;

const keyOf = ({ workload, node }: Item): string => JSON.stringify([workload, node]);

interface ItemRowProps {
  readonly item: Item;
  readonly dest: string;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

const ItemRow = ({ item, dest, isOpen, toggle }: ItemRowProps) => {
  const { to } = useView();
  const where =
    item.workload === null
      ? `dest = ${dest} and verdict = node and node = ${item.node}`
      : `dest = ${dest} and workload = ${item.workload.namespace}/${item.workload.name}`;
  return (
    <tr className="group">
      <td>
        {item.pods.length === 0 ? (
          <span className="opener" />
        ) : (
          <button
            type="button"
            className="opener"
            aria-expanded={isOpen}
            aria-label={`Pods of ${item.workload?.namespace}/${item.workload?.name}`}
            onClick={toggle}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        )}
        <WorkloadName item={item} />
        {item.pods.length > 1 ? <span className="dim"> {plural(item.pods.length, 'pod')}</span> : null}
      </td>
      <td>{certainty(item, item.workload !== null)}</td>
      <td className="right num">
        <Link href={to('/flows', { where })} title="These flows, one by one">
          {expected(item.flows, item.exactFlows)}
        </Link>
      </td>
      <td className="right num">{bytes(item.bytesOut)}</td>
      <td className="right num">{bytes(item.bytesIn)}</td>
      <td className="dim">{nodesOf(item)}</td>
      <td>
        <TimeText at={item.first} />
      </td>
      <td>
        <TimeText at={item.last} />
      </td>
    </tr>
  );
};

const nodesOf = ({ workload, pods }: Item): string => {
  if (workload === null) return '';
  const nodes = [...new Set(pods.map((pod) => pod.node))];
  return nodes.length === 1 ? (nodes[0] ?? '') : `${count(nodes.length)} nodes`;
};

const PodRow = ({
  pod,
  item,
  dest,
}: {
  readonly pod: Item['pods'][number];
  readonly item: Item;
  readonly dest: string;
}) => {
  const { to } = useView();
  return (
    <tr>
      <td className="indented" title={pod.uid}>
        {pod.name}
      </td>
      <td>{certainty(pod, true)}</td>
      <td className="right num">
        <Link
          href={to('/flows', { where: `dest = ${dest} and workload = ${item.workload?.namespace}/${pod.name}` })}
          title="These flows, one by one"
        >
          {expected(pod.flows, pod.exactFlows)}
        </Link>
      </td>
      <td className="right num">{bytes(pod.bytesOut)}</td>
      <td className="right num">{bytes(pod.bytesIn)}</td>
      <td className="dim">{pod.node}</td>
      <td>
        <TimeText at={pod.first} />
      </td>
      <td>
        <TimeText at={pod.last} />
      </td>
    </tr>
  );
};
