import { Link } from 'wouter';
import { bytes } from '../../../src/base/number-text.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { VerdictTag } from '../../parts/verdict.tsx';
import { senderOf } from '../../parts/sender.ts';
import { useView } from '../../state/use-view.ts';

const SHOWN = '12';

/** The newest flows, each with the way to its evidence. */
export const RecentFlows = ({ dest }: { readonly dest: string }) => {
  const { range, change, to } = useView();
  const query = useAnswer('flows', { dest, limit: SHOWN, ...range });
  return (
    <section className="panel" aria-labelledby="recent">
      <div className="panel-head">
        <h3 id="recent">The newest flows</h3>
        <Link href={to('/flows', { where: `dest = ${dest}` })}>All of them</Link>
      </div>
      <Answered query={query} what="the newest flows">
        {({ items }) => (
          <div className="scroll" tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  <th>Began</th>
                  <th>Verdict</th>
                  <th>
                    <span className="hidden">Evidence</span>
                  </th>
                  <th>From</th>
                  <th>On the wire</th>
                  <th className="right">Out</th>
                  <th className="right">In</th>
                </tr>
              </thead>
              <tbody>
                {items.toReversed().map((flow) => (
                  <tr key={flow.flow}>
                    <td>
                      <TimeText at={flow.begin} />
                    </td>
                    <td>
                      <VerdictTag kind={flow.verdict} reason={flow.reason} />
                    </td>
                    <td>
                      <button
                        type="button"
                        className="quiet"
                        onClick={() => change({ flow: flow.flow })}
                        aria-label={`Why ${flow.flow}`}
                      >
                        Why
                      </button>
                    </td>
                    <td>{senderOf(flow)}</td>
                    <td className="mono">
                      {flow.srcIp}
                      {flow.srcPort === null ? '' : `:${flow.srcPort}`} → {flow.destIp}:{flow.destPort}/{flow.protocol}
                    </td>
                    <td className="right num">{bytes(flow.bytesOut)}</td>
                    <td className="right num">{bytes(flow.bytesIn)}</td>
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
