import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from 'wouter';
import { bytes, expected } from '../../../src/base/number-text.ts';
import type { WhoReport } from '../../../src/contract/answers.ts';
import { Answered } from '../../parts/Answered.tsx';
import { WorkloadName } from '../../parts/WorkloadName.tsx';
import { useView } from '../../state/use-view.ts';

const SHOWN = 6;

export const TopSenders = ({ query }: { readonly query: UseQueryResult<WhoReport> }) => {
  const { to } = useView();
  return (
    <section className="panel" aria-labelledby="senders">
      <div className="panel-head">
        <h2 id="senders">Who sends most</h2>
        <Link href={to('/who', { dest: '::/0' })}>All</Link>
      </div>
      <Answered query={query} what="who sends most">
        {({ items }) => (
          <div className="scroll" tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  <th>Workload</th>
                  <th className="right">Flows</th>
                  <th className="right">Out</th>
                </tr>
              </thead>
              <tbody>
                {items.slice(0, SHOWN).map((item) => (
                  <tr key={JSON.stringify(item.workload ?? item.node)}>
                    <td>
                      <Link
                        href={to('/flows', {
                          where:
                            item.workload === null
                              ? `verdict = node and node = ${item.node}`
                              : `workload = ${item.workload.namespace}/${item.workload.name}`,
                        })}
                      >
                        <WorkloadName item={item} />
                      </Link>
                    </td>
                    <td className="right num">{expected(item.flows, item.exactFlows)}</td>
                    <td className="right num">{bytes(item.bytesOut)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
    </section>
  );
};
