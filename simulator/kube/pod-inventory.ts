/**
 * The stand-in for Container Insights: KubePodInventory rows as its agent makes them, a row per container at each sampling.
 * https://github.com/microsoft/Docker-Provider/blob/ci_prod/source/plugins/ruby/in_kube_podinventory.rb
 */
import type { Estate } from '../estate.ts';
import { type Change, knownOver } from './known.ts';
import { containerId, phaseOf, seconds } from './objects.ts';

/** JSON lines, oldest first, one sampling at a time. */
export function* podInventoryText(
  changes: readonly Change[],
  estate: Estate,
  { from, until, everyMs }: { readonly from: number; readonly until: number; readonly everyMs: number },
): Generator<string> {
  const known = knownOver(changes);
  for (let at = from; at <= until; at += everyMs) {
    yield known(at)
      .flatMap((change) => rowsOf(change, estate, at))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
  }
}

const rowsOf = ({ known }: Change, estate: Estate, at: number): readonly object[] => {
  const { spec, lived } = { spec: known.lived.spec, lived: known.lived };
  const onNode = (time: number): string => seconds(time + spec.node.skewMs);
  const pod = {
    TimeGenerated: seconds(at),
    Name: spec.name,
    PodUid: spec.uid,
    PodLabel: JSON.stringify([spec.labels]),
    Namespace: spec.namespace,
    PodCreationTimeStamp: seconds(lived.createdAt),
    PodStartTime: known.accepted ? onNode(lived.acceptedAt) : '',
    PodStatus: known.deletionAsked ? 'Terminating' : phaseOf(known),
    PodIp: known.started ? (lived.ips[0] ?? '') : '',
    Computer: known.scheduled ? spec.node.name : '',
    ClusterId: `/subscriptions/${estate.subscription}/resourceGroups/${estate.resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${estate.cluster}`,
    ClusterName: estate.cluster,
    ServiceName: '',
    ControllerKind: spec.owner.kind,
    ControllerName: spec.owner.name,
    Type: 'KubePodInventory',
  };
  if (!known.accepted) return [{ ...pod, ContainerID: '', ContainerName: '', PodRestartCount: 0 }];
  return spec.containers.map(({ name }, index) => ({
    ...pod,
    ContainerID: known.started ? containerId(spec.uid, index).slice(13) : '',
    ContainerName: `${spec.uid}/${name}`,
    ContainerRestartCount: 0,
    ContainerStatus: known.finished ? 'terminated' : known.started ? 'running' : 'waiting',
    ContainerStatusReason: known.finished
      ? lived.exitCode === 0
        ? 'Completed'
        : 'Error'
      : known.started
        ? ''
        : 'ContainerCreating',
    ContainerCreationTimeStamp: known.started ? onNode(lived.startedAt) : '',
    ContainerLastStatus: '{}',
    PodRestartCount: 0,
  }));
};
