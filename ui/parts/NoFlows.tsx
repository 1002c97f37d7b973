import { parseFlowFilter } from '../../src/contract/flow-filter.ts';
import { plural } from '../../src/base/number-text.ts';
import type { Flows } from '../../src/contract/answers.ts';
import { Empty } from './Empty.tsx';
import { useView } from '../state/use-view.ts';

interface NoFlowsProps {
  readonly of: Pick<Flows, 'sources' | 'completeness'>;
  readonly where: string | null;
}

/** No flow fits: why that is, and what to do. */
export const NoFlows = ({ of: { sources, completeness }, where }: NoFlowsProps) => {
  const { change } = useView();
  const parsed = parseFlowFilter(where ?? '');
  const fields = parsed.ok ? Object.keys(parsed.parameters) : [];
  if (sources.length === 0)
    return (
      <Empty kind="not-configured" title="Nothing has been brought in yet">
        <p>Without flow logs or conntrack there are no flows to list.</p>
      </Empty>
    );
  if (fields.length > 0)
    return (
      <Empty kind="filtered" title="No flow fits all of this">
        <p>
          {fields.length} {fields.length === 1 ? 'condition' : 'conditions'}: {fields.join(', ')}. Each can be taken
          away above.
        </p>
        <p className="row">
          <button type="button" onClick={() => change({ where: null })}>
            Take all away
          </button>
        </p>
      </Empty>
    );
  return completeness.complete ? (
    <Empty kind="true-zero" title="There were no flows in this time">
      <p>The answer is complete: {plural(sources.length, 'source')} told of all of it.</p>
    </Empty>
  ) : (
    <Empty kind="degraded" title="No flow is known, and some may be missing">
      <ul>
        {completeness.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </Empty>
  );
};
