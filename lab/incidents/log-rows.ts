import { containerId } from '../../simulator/kube/objects.ts';
import type { PodSpec } from '../../simulator/kube/known.ts';
import type { Recorded } from './record.ts';
import type { Logged } from './told.ts';

/** Rows of ContainerLogV2: the lines that the programs wrote, in the order of their times. */
export const logRows = ({ incident, lives, told }: Recorded): readonly object[] =>
  lives
    .filter(({ spec }) => spec.namespace !== 'kube-system' || incident.hasSystemLogs)
    .flatMap(({ spec }) =>
      (told.get(spec.uid) ?? []).flatMap((line) =>
        line.event === 'log' ? [{ at: line.at, row: row(spec, line) }] : [],
      ),
    )
    .sort((a, b) => a.at - b.at)
    .map((one) => one.row);

const row = (spec: PodSpec, { at, stream, level, text }: Logged): object => ({
  TimeGenerated: new Date(at).toISOString(),
  Computer: spec.node.name,
  ContainerId: containerId(spec.uid, 0).slice(13),
  ContainerName: spec.containers[0]?.name ?? '',
  PodName: spec.name,
  PodNamespace: spec.namespace,
  LogMessage: text,
  LogSource: stream,
  LogLevel: level,
  KubernetesMetadata: { podUid: spec.uid, podLabels: spec.labels },
  Type: 'ContainerLogV2',
});
