import type { Estate } from '../estate.ts';
import { type Change, GRACE_SECONDS, type PodKnown } from './known.ts';
import { nodeAddresses, type NodeSpec } from './node-spec.ts';

/** Kubernetes writes whole seconds and cuts, never rounds. */
export const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export const podObject = ({ known, resourceVersion }: Change): object => {
  const { spec, createdAt, deletionAskedAt } = known.lived;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: spec.name,
      generateName: spec.name.replace(/[^-]+$/, ''),
      namespace: spec.namespace,
      uid: spec.uid,
      resourceVersion: String(resourceVersion),
      creationTimestamp: seconds(createdAt),
      ...(known.deletionAsked && deletionAskedAt !== null
        ? {
            deletionTimestamp: seconds(deletionAskedAt + GRACE_SECONDS * 1_000),
            deletionGracePeriodSeconds: GRACE_SECONDS,
          }
        : {}),
      labels: spec.labels,
      ownerReferences: [
        {
          apiVersion: spec.owner.kind === 'Job' ? 'batch/v1' : 'apps/v1',
          ...spec.owner,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      containers: spec.containers.map(({ name, image }) => ({
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '50m', memory: '64Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      })),
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      ...(spec.hostNetwork ? { hostNetwork: true } : {}),
      ...(known.scheduled ? { nodeName: spec.node.name } : {}),
      restartPolicy: spec.owner.kind === 'Job' ? 'Never' : 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: GRACE_SECONDS,
    },
    status: statusOf(known),
  };
};

export const phaseOf = (known: PodKnown): 'Pending' | 'Running' | 'Succeeded' | 'Failed' => {
  if (known.finished) return known.lived.exitCode === 0 ? 'Succeeded' : 'Failed';
  return known.started ? 'Running' : 'Pending';
};

const statusOf = (known: PodKnown): object => {
  const { spec, ips, acceptedAt } = known.lived;
  const hostIps = nodeAddresses(spec.node).map((ip) => ({ ip }));
  return {
    phase: phaseOf(known),
    conditions: conditionsOf(known),
    qosClass: 'Burstable',
    ...(known.accepted
      ? { hostIP: spec.node.ip, hostIPs: hostIps, startTime: seconds(acceptedAt + spec.node.skewMs) }
      : {}),
    ...(known.started ? { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) } : {}),
    ...(known.accepted ? { containerStatuses: spec.containers.map((_, i) => containerStatus(known, i)) } : {}),
  };
};

const conditionsOf = (known: PodKnown): readonly object[] => {
  const { lived } = known;
  const onNode = (at: number): string => seconds(at + lived.spec.node.skewMs);
  const condition = (type: string, status: boolean, lastTransitionTime: string, reason?: string): object => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime,
    ...(reason === undefined ? {} : { reason }),
  });
  if (!known.scheduled) return [];
  const scheduled = condition('PodScheduled', true, seconds(lived.scheduledAt));
  if (!known.accepted) return [scheduled];
  const isUp = known.started && !known.finished;
  const turned = onNode(known.finished ? (lived.finishedAt ?? 0) : known.started ? lived.startedAt : lived.acceptedAt);
  const why = isUp
    ? undefined
    : known.finished
      ? lived.exitCode === 0
        ? 'PodCompleted'
        : 'PodFailed'
      : 'ContainersNotReady';
  return [
    condition('PodReadyToStartContainers', isUp, turned),
    condition('Initialized', true, onNode(lived.acceptedAt)),
    condition('Ready', isUp, turned, why),
    condition('ContainersReady', isUp, turned, why),
    scheduled,
  ];
};

const containerStatus = (known: PodKnown, index: number): object => {
  const { spec, startedAt, finishedAt, exitCode } = known.lived;
  const { name, image } = spec.containers[index] ?? { name: '', image: '' };
  const onNode = (at: number): string => seconds(at + spec.node.skewMs);
  const id = known.started ? containerId(spec.uid, index) : '';
  const isUp = known.started && !known.finished;
  const state = isUp
    ? { running: { startedAt: onNode(startedAt) } }
    : known.finished
      ? {
          terminated: {
            exitCode,
            reason: exitCode === 0 ? 'Completed' : 'Error',
            startedAt: onNode(startedAt),
            finishedAt: onNode(finishedAt ?? 0),
            containerID: id,
          },
        }
      : { waiting: { reason: 'ContainerCreating' } };
  return {
    name,
    image,
    state,
    imageID: known.started ? `${image.split(':')[0]}@sha256:${containerId(image, 0).slice(13)}` : '',
    lastState: {},
    ready: isUp,
    restartCount: 0,
    started: isUp,
    ...(known.started ? { containerID: id } : {}),
  };
};

/** 64 hexadecimal digits that follow from the pod: only their uniqueness matters. */
export const containerId = (text: string, index: number): string => {
  let digits = '';
  for (let part = 0; digits.length < 64; part++) {
    let mixed = 0x811c9dc5 ^ (part * 31 + index);
    for (const letter of text) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
    digits += (mixed >>> 0).toString(16).padStart(8, '0');
  }
  return `containerd://${digits}`;
};

export const nodeObject = (node: NodeSpec, { subscription, resourceGroup, cluster }: Estate, at: number): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: node.name,
    uid: node.uid,
    resourceVersion: '8812001',
    creationTimestamp: seconds(at - 9 * 86_400_000),
    annotations: { 'node.alpha.kubernetes.io/ttl': '0' },
    labels: {
      agentpool: 'nodepool1',
      'kubernetes.azure.com/agentpool': 'nodepool1',
      'kubernetes.azure.com/cluster': `MC_${resourceGroup}_${cluster}_westeurope`,
      'kubernetes.azure.com/mode': 'system',
      'kubernetes.azure.com/podnetwork-type': 'overlay',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': node.name,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'Standard_D4s_v5',
      'topology.kubernetes.io/region': 'westeurope',
      'topology.kubernetes.io/zone': '0',
    },
  },
  spec: {
    podCIDR: node.podCidr,
    podCIDRs: node.podCidrV6 === null ? [node.podCidr] : [node.podCidr, node.podCidrV6],
    providerID: `azure:///subscriptions/${subscription}/resourceGroups/mc_${resourceGroup}_${cluster}_westeurope/providers/Microsoft.Compute/virtualMachineScaleSets/aks-nodepool1-41820763-vmss/virtualMachines/${node.index}`,
  },
  status: {
    addresses: [
      ...nodeAddresses(node).map((address) => ({ address, type: 'InternalIP' })),
      { address: node.name, type: 'Hostname' },
    ],
    allocatable: { cpu: '3860m', memory: '12880736Ki', pods: '250' },
    capacity: { cpu: '4', memory: '16393184Ki', pods: '250' },
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastHeartbeatTime: seconds(at - 60_000 + node.skewMs),
        lastTransitionTime: seconds(at - 9 * 86_400_000 + 40_000),
      },
    ],
    nodeInfo: {
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://1.7.28-1',
      kernelVersion: '6.8.0-1034-azure',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.33.5',
      machineID: node.uid.replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: 'Ubuntu 24.04.3 LTS',
    },
  },
});
