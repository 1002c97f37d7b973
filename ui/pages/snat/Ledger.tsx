import { count, plural } from '../../../src/base/number-text.ts';
import type { SnatLedger } from '../../../src/contract/answers.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Answered } from '../../parts/Answered.tsx';
import { Completeness } from '../../parts/Completeness.tsx';
import { CopyCommand } from '../../parts/Copy.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { RangeLine } from '../../parts/RangeLine.tsx';
import { TimeText } from '../../parts/TimeText.tsx';
import { markOf } from '../../parts/verdict.tsx';
import { useView } from '../../state/use-view.ts';

type Item = SnatLedger['items'][number];
const LIMIT = '25';
const SEGMENTS = 4;

/** Who held the ports towards each destination as most were held. */
export const SnatLedgerPart = () => {
  const { range } = useView();
  const parameters = { what: 'ledger', limit: LIMIT, ...range };
  const query = useAnswer('snat.ledger', parameters);
  return (
    <Answered query={query} what="who holds the ports">
      {(report) =>
        report.items.length === 0 ? (
          <Empty kind="true-zero" title="No port was taken" />
        ) : (
          <>
            <section className="panel" aria-labelledby="ledger">
              <div className="panel-head">
                <h2 id="ledger">
                  {report.destinations > report.items.length
                    ? `The ${count(report.items.length)} that held most of ${plural(report.destinations, 'pair')} of node and destination`
                    : plural(report.items.length, 'pair of node and destination', 'pairs of node and destination')}
                </h2>
                <RangeLine from={report.query.from} until={report.query.until} />
              </div>
              <div className="scroll" tabIndex={0}>
                <table className="table">
                  <thead>
                    <tr>
                      <th>Destination</th>
                      <th>Node</th>
                      <th className="right">Most</th>
                      <th>By pod, as most were held</th>
                      <th>At</th>
                      <th className="right">At the end</th>
                      <th className="right">Began</th>
                    </tr>
                  </thead>
                  <tbody>
                    {report.items.map((item) => (
                      <Row
                        key={`${item.nodeIp} ${item.destIp} ${item.destPort} ${item.protocol}`}
                        item={item}
                        most={report.items[0]?.peakPorts ?? 1}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
              <Completeness of={report} />
            </section>
            <CopyCommand asked="snat.ledger" parameters={parameters} />
          </>
        )
      }
    </Answered>
  );
};

const Row = ({ item, most }: { readonly item: Item; readonly most: number }) => (
  <tr>
    <td className="mono">
      {item.destIp}:{item.destPort}/{item.protocol}
    </td>
    <td className="dim">{item.node ?? item.nodeIp}</td>
    <td className="right num">
      <b>{count(item.peakPorts)}</b>
    </td>
    <td className="holders">
      <Bar item={item} most={most} />
      <span className="holders-text">
        {item.pods.slice(0, SEGMENTS).map((pod) => (
          <span key={`${pod.podUid} ${pod.verdict} ${pod.reason}`}>
            <span aria-hidden="true">{markOf(pod.verdict)}</span>{' '}
            {pod.pod ??
              (pod.verdict === 'node'
                ? 'the node itself'
                : `${pod.verdict}${pod.reason === null ? '' : ` ${pod.reason}`}`)}{' '}
            <span className="dim num">{count(pod.portsAtPeak)}</span>
          </span>
        ))}
        {item.pods.length > SEGMENTS ? (
          <span className="dim">and {count(item.pods.length - SEGMENTS)} more</span>
        ) : null}
      </span>
    </td>
    <td>
      <TimeText at={item.peakAt} />
    </td>
    <td className="right num">{count(item.portsAtEnd)}</td>
    <td className="right num">{count(item.began)}</td>
  </tr>
);

/** One piece for each pod, as long as its ports are many. */
const Bar = ({ item, most }: { readonly item: Item; readonly most: number }) => (
  <span className="holders-bar" aria-hidden="true" style={{ width: `${Math.max(2, (item.peakPorts / most) * 100)}%` }}>
    {item.pods.map((pod) => (
      <span
        key={`${pod.podUid} ${pod.verdict} ${pod.reason}`}
        className={`fill-${pod.verdict}`}
        style={{ flexGrow: pod.portsAtPeak }}
      />
    ))}
  </span>
);
