import type { KubeApiServer } from './kube-api-server.ts';
import { nodeIp, nodeObject, podObject, type PodMade, type PodTold } from './objects.ts';

/** That a pod held an address, by the clock of its node. */
export interface Held {
  readonly uid: string;
  readonly ip: string;
  readonly from: number;
  until: number;
  /** When the API showed it, by the server's clock: what it never showed nobody can know. */
  shownFrom: number;
  shownUntil: number;
}

export type Step =
  | { readonly do: 'create' | 'kill-node'; readonly which: number }
  | { readonly do: 'go-on' | 'delete' | 'force' | 'finish' | 'touch'; readonly which: number };

type Stage = 'created' | 'accepted' | 'sandboxed' | 'running' | 'terminating' | 'ended' | 'finished' | 'gone';

interface Pod extends PodMade {
  told: PodTold;
  stage: Stage;
  ip: string | null;
  held: Held | null;
}

const NEVER = Number.POSITIVE_INFINITY;
const NODES = 3;
const ADDRESSES = 2;
/** A forced deletion does not wait for the kubelet, which ends the pod in its own time. */
const FORCED_LAG = 20_000;

/**
 * A small cluster with known truth. Nodes have two addresses each, so that they are used again and again; their clocks differ from the API
 * server's. What the kubelet does, it tells a step later.
 */
export class RandomCluster {
  readonly truth: Held[] = [];
  private readonly server: KubeApiServer;
  private readonly now: () => number;
  private readonly pods: Pod[] = [];
  private readonly nodes: { name: string; skew: number; born: number }[];
  private readonly busyUntil = new Map<string, number>();
  private made = 0;
  private readonly number: number;

  /** `number` sets one apart from another: their names and addresses differ. */
  constructor(server: KubeApiServer, now: () => number, skews: readonly number[], number: number) {
    this.server = server;
    this.now = now;
    this.number = number;
    this.nodes = skews.map((skew, i) => ({ name: `node-${number * NODES + i}`, skew, born: now() }));
    for (const node of this.nodes) {
      server.put(nodeObject(node.name, node.born));
      this.system(node.name);
    }
  }

  step(step: Step): void {
    const living = this.pods.filter(
      ({ stage }) => stage !== 'gone' && (step.do !== 'go-on' || (stage !== 'running' && stage !== 'finished')),
    );
    const pod = living[step.which % Math.max(1, living.length)];
    switch (step.do) {
      case 'create':
        return this.create(this.nodes[step.which % NODES]?.name ?? '');
      case 'kill-node':
        return this.killNode(step.which % NODES);
      case 'go-on':
        return pod && this.goOn(pod);
      case 'delete':
        return pod && this.delete(pod);
      case 'force':
        return pod && this.force(pod);
      case 'finish':
        return pod && this.finish(pod);
      case 'touch':
        return pod && this.tell(pod, { note: String(this.now()) });
      default:
        return step satisfies never;
    }
  }

  private clockOf(node: string): number {
    return this.now() + (this.nodes.find(({ name }) => name === node)?.skew ?? 0);
  }

  /** A cluster always has pods of its own: by them it is known that a watch sees every namespace. */
  private system(node: string): void {
    this.server.put(
      podObject(
        {
          uid: `proxy-${node}-${this.made++}`,
          namespace: 'kube-system',
          name: `proxy-${node}`,
          node,
          createdAt: this.now(),
          hostNetwork: true,
        },
        { phase: 'Running', acceptedAt: this.clockOf(node), startedAt: this.clockOf(node), ip: nodeIp(node) },
      ),
    );
  }

  private create(node: string): void {
    const n = this.made++;
    const pod: Pod = {
      uid: `uid-${this.number}-${n}`,
      namespace: 'shop',
      name: `web-${n}`,
      node,
      createdAt: this.now(),
      told: {},
      stage: 'created',
      ip: null,
      held: null,
    };
    this.pods.push(pod);
    this.put(pod);
  }

  private goOn(pod: Pod): void {
    const clock = this.clockOf(pod.node);
    switch (pod.stage) {
      case 'created':
        pod.stage = 'accepted';
        return this.tell(pod, { acceptedAt: clock });
      case 'accepted': {
        const ip = this.freeAddress(pod.node);
        if (ip === null) return;
        pod.ip = ip;
        pod.held = { uid: pod.uid, ip, from: clock, until: NEVER, shownFrom: NEVER, shownUntil: NEVER };
        this.truth.push(pod.held);
        pod.stage = 'sandboxed';
        return;
      }
      case 'sandboxed':
        pod.stage = 'running';
        if (pod.held !== null) pod.held.shownFrom = this.now();
        return this.tell(pod, { startedAt: clock, phase: 'Running', ...(pod.ip === null ? {} : { ip: pod.ip }) });
      case 'terminating':
        this.release(pod, 0);
        pod.stage = 'ended';
        return;
      case 'ended':
        return this.remove(pod);
      default:
        return;
    }
  }

  private delete(pod: Pod): void {
    if (pod.stage === 'created') return this.remove(pod);
    if (pod.stage === 'finished') return this.remove(pod);
    if (pod.stage !== 'running') return;
    pod.stage = 'terminating';
    this.tell(pod, { deletionAskedAt: this.now() });
  }

  /** The object is gone at once; the kubelet ends the pod later. */
  private force(pod: Pod): void {
    this.release(pod, FORCED_LAG);
    this.remove(pod);
  }

  /** A job ends, and the kubelet tells. */
  private finish(pod: Pod): void {
    if (pod.stage !== 'running') return;
    this.release(pod, 0);
    pod.stage = 'finished';
    this.tell(pod, { finishedAt: this.clockOf(pod.node), phase: 'Succeeded' });
  }

  /** The machine is gone; its pods stay in the API until its object is removed, and their addresses are nobody else's until then. */
  private killNode(which: number): void {
    const node = this.nodes[which];
    if (node === undefined) return;
    for (const pod of this.pods) {
      if (pod.node !== node.name || pod.stage === 'gone') continue;
      this.release(pod, 0);
      this.remove(pod);
    }
    this.server.remove(nodeObject(node.name, node.born));
    node.born = this.now();
    this.server.put(nodeObject(node.name, node.born));
    this.system(node.name);
  }

  private release(pod: Pod, lagMs: number): void {
    if (pod.held === null || pod.held.until !== NEVER) return;
    pod.held.until = this.clockOf(pod.node) + lagMs;
    this.busyUntil.set(pod.held.ip, pod.held.until);
  }

  private freeAddress(node: string): string | null {
    for (let i = 0; i < ADDRESSES; i++) {
      const ip = `10.244.${/\d+$/.exec(node)?.[0]}.${10 + i}`;
      const isHeld = this.truth.some((held) => held.ip === ip && held.until === NEVER);
      if (!isHeld && (this.busyUntil.get(ip) ?? 0) <= this.clockOf(node)) return ip;
    }
    return null;
  }

  private tell(pod: Pod, more: Partial<PodTold>): void {
    pod.told = { ...pod.told, ...more };
    this.put(pod);
  }

  private put(pod: Pod): void {
    this.server.put(podObject(pod, pod.told));
  }

  private remove(pod: Pod): void {
    pod.stage = 'gone';
    if (pod.held !== null) pod.held.shownUntil = this.now();
    this.server.remove(podObject(pod, pod.told));
  }
}
