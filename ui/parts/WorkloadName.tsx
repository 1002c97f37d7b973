import type { WhoReport } from '../../src/contract/answers.ts';

type Item = Pick<WhoReport['items'][number], 'workload' | 'node'>;

/** Its namespace, name and kind; where there is none the node itself. Names are text, whatever stands in them. */
export const WorkloadName = ({ item: { workload, node } }: { readonly item: Item }) =>
  workload === null ? (
    <span className="name">
      <span aria-hidden="true">■</span> node {node ?? 'of which the name is not known'}
    </span>
  ) : (
    <span className="name">
      <span className="dim">{workload.namespace}/</span>
      <b>{workload.name}</b> <span className="kind">{workload.kind}</span>
    </span>
  );
