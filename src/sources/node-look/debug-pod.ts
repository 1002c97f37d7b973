import { readFileSync } from 'node:fs';

/** What the pods of one look have in common. */
export interface DebugPodOptions {
  /** Names this look among those that others make at the same time. */
  readonly run: string;
  readonly image: string;
  readonly forSeconds: number;
  /** How long the kubelet may take to start it, pulling the image included. */
  readonly startSeconds: number;
}

/** Every pod of every look has it: what one left behind the next one finds by it. */
const NAME = 'unmasq-now';
export const NAMED = `app.kubernetes.io/name=${NAME}`;
/** The label whose value is the name of the look. */
export const INSTANCE = 'app.kubernetes.io/instance';
export const ofRun = (run: string): string => `${NAMED},${INSTANCE}=${run}`;
export const CONTAINER = 'conntrack';

/** Beside the time that is listened for: a package to install, the dump, the end. */
const AROUND_SECONDS = 60;

/**
 * As `kubectl debug node/NODE --profile=netadmin` makes it, without the host's processes: the node's network, CAP_NET_ADMIN and no more.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/cmd/debug/profiles.go
 * Whatever becomes of unmasq, the container ends by itself, and the kubelet ends it where it does not.
 */
export const debugPod = (node: string, index: number, options: DebugPodOptions): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: podName(index, options.run),
    labels: {
      'app.kubernetes.io/name': NAME,
      [INSTANCE]: options.run,
      'app.kubernetes.io/managed-by': 'unmasq',
    },
  },
  spec: {
    // Straight to the kubelet: a scheduler would refuse a node that is cordoned or full.
    nodeName: node,
    hostNetwork: true,
    restartPolicy: 'Never',
    activeDeadlineSeconds: options.startSeconds + options.forSeconds + AROUND_SECONDS,
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: CONTAINER,
        image: options.image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', script],
        env: [{ name: 'FOR_SECONDS', value: String(options.forSeconds) }],
        securityContext: { runAsUser: 0, capabilities: { add: ['NET_ADMIN'] } },
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  },
});

export const podName = (index: number, run: string): string => `${NAME}-${run}-${index}`;

const script = readFileSync(new URL('listen.sh', import.meta.url), 'utf8');
