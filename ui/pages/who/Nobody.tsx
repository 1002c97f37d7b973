import { Link } from 'wouter';
import type { WhoReport } from '../../../src/contract/answers.ts';
import { clockOf, rangeText } from '../../format.ts';
import { Empty } from '../../parts/Empty.tsx';
import { useView } from '../../state/use-view.ts';

/** No flow was found: which of the reasons for that it is. */
export const Nobody = ({ report: { query, sources, completeness } }: { readonly report: WhoReport }) => {
  const { zone, to, change } = useView();
  const when = `${rangeText(query.from, query.until, clockOf(zone))} ${zone === 'utc' ? 'UTC' : zone}`;
  const flowSources = sources.filter(
    ({ kind }) => kind === 'flow-log' || kind === 'conntrack' || kind === 'traffic-analytics',
  );
  if (sources.length === 0)
    return (
      <Empty kind="not-configured" title="Nothing has been brought in yet">
        <p>
          Without flow logs or conntrack nobody’s flows are known. <Link href={to('/sources')}>Sources</Link> says what
          can be connected.
        </p>
      </Empty>
    );
  if (flowSources.length === 0)
    return (
      <Empty kind="not-configured" title="No source of flows is connected">
        <p>
          Flow logs tell what left the cluster, conntrack of the nodes who it was. Neither has told anything.{' '}
          <Link href={to('/sources')}>Sources</Link>
        </p>
      </Empty>
    );
  if (flowSources.every(({ watermark }) => watermark === null || watermark < query.from))
    return (
      <Empty kind="not-yet" title="Of this time nothing has been told yet">
        <p>
          {when}. The newest that any source of flows told is of{' '}
          {clockOf(zone).full(
            flowSources
              .flatMap(({ watermark }) => watermark ?? [])
              .sort()
              .at(-1) ?? query.from,
          )}
          . Flow logs come some minutes late.
        </p>
        <p className="row">
          <button type="button" onClick={() => change({ since: null, until: null, at: null })}>
            All there is
          </button>
          <Link href={to('/sources')}>Sources</Link>
        </p>
      </Empty>
    );
  if (!completeness.complete)
    return (
      <Empty kind="degraded" title={`No flow to ${query.dest} is known, and some may be missing`}>
        <p>{when}</p>
        <ul>
          {completeness.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
        <Link href={to('/sources')}>Sources</Link>
      </Empty>
    );
  return (
    <Empty kind="true-zero" title={`Nobody talked to ${query.dest}`}>
      <p>
        {when}. The answer is complete: {sources.length} sources told of all of it.
      </p>
      <p className="row">
        <button type="button" onClick={() => change({ since: null, until: null, at: null })}>
          All there is
        </button>
      </p>
    </Empty>
  );
};
