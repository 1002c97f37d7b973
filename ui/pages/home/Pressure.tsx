import { Link } from 'wouter';
import { count } from '../../../src/base/number-text.ts';
import type { SnatStatus } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Meter } from '../../parts/Meter.tsx';
import { useView } from '../../state/use-view.ts';

const SHOWN = 5;

/** The nodes that are nearest to the ports that they may have. `waits`: for what is looked at first, which the same engine answers. */
export const Pressure = ({ waits }: { readonly waits: boolean }) => {
  const { range, to } = useView();
  const query = useAnswer('snat', waits ? null : range);
  return (
    <section className="panel" aria-labelledby="pressure">
      <div className="panel-head">
        <h2 id="pressure">Ports under pressure</h2>
        <Link href={to('/snat')}>SNAT</Link>
      </div>
      <Answered query={query} what="ports of nodes">
        {(report) => <List report={report} />}
      </Answered>
    </section>
  );
};

const List = ({ report: { items } }: { readonly report: SnatStatus }) => {
  const { to } = useView();
  if (items.length === 0)
    return (
      <Empty kind="true-zero" title="No port was taken">
        <p>No node had a translated connection to the outside in this time.</p>
      </Empty>
    );
  const isTold = items.some(({ allocated }) => allocated !== null);
  return (
    <>
      <div className="scroll" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>Node</th>
              <th>Way</th>
              <th className="right">Ports held</th>
              <th>Of what it has</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, SHOWN).map((item) => (
              <tr key={`${item.nodeIp} ${item.protocol} ${item.egressPath}`}>
                <td>
                  <Link href={to('/snat', { node: item.node ?? '' })}>{item.node ?? item.nodeIp}</Link>
                </td>
                <td className="dim">
                  {item.protocol}, {item.egressPath}
                </td>
                <td className="right num" title="At least what its largest destination held, at most all together">
                  {count(item.atLeast)}–{count(item.atMost)}
                </td>
                <td>
                  <Meter share={item.share} of={item.allocated} isBound={item.shareIs === 'at-most'} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isTold ? null : (
        <p className="dim">
          What is allocated is not told: the load balancer’s metrics say it (<code>unmasq serve --metrics ID</code>),
          and documents of Azure say which way traffic leaves.
        </p>
      )}
    </>
  );
};
