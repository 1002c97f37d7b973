import { type Instant, instant, SECOND } from '../../base/instant.ts';
import { listOf, member, memberAt, textOf } from '../../formats/json/json-value.ts';
import {
  type Access,
  ApiFailure,
  ask,
  type Asking,
  type Change,
  jsonOf,
  linesOf,
  piecesWithin,
} from '../kubernetes/api-server.ts';
import type { Pause } from '../pause.ts';
import { CONTAINER, debugPod, type DebugPodOptions, NAMED, ofRun } from './debug-pod.ts';
import { leftBehind } from './left-behind.ts';

/** One debugging pod, as its node tells of it. */
export interface PodState {
  readonly name: string;
  readonly isRunning: boolean;
  /** It ran, and will not again. */
  readonly isOver: boolean;
  /** What its container waits for: ContainerCreating, ImagePullBackOff. */
  readonly waitsFor: string;
  /** In the kubelet's words. */
  readonly says: string;
}

export interface DebugPodPorts {
  readonly access: Access;
  readonly now: () => Instant;
  readonly pause: Pause;
}

const ANSWER_MS = 30 * SECOND;
/** So long what was created is tried to be deleted. */
const DELETE_WITHIN_MS = 30 * SECOND;
const AGAIN_MS = 300;
const ABSENT = 404;

/** The debugging pods of one look, in one namespace. */
export class DebugPods {
  private readonly ports: DebugPodPorts;
  private readonly path: string;
  private readonly options: DebugPodOptions;

  constructor(ports: DebugPodPorts, namespace: string, options: DebugPodOptions) {
    this.ports = ports;
    this.path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
    this.options = options;
  }

  /** Throws `ApiFailure`. It is not given up half-way: whoever creates must know what there is to delete. */
  async create(node: string, index: number): Promise<void> {
    await this.read(this.path, { method: 'POST', body: debugPod(node, index, this.options) });
  }

  async states(): Promise<ReadonlyMap<string, PodState>> {
    const list = listOf(member(await this.read(this.listOf(ofRun(this.options.run))), 'items'));
    return new Map(list.map((pod) => [nameOf(pod), stateOf(pod)]));
  }

  /** The lines that its container wrote, from the first on, as they come. */
  async *log(name: string, idleMs: number, signal: AbortSignal): AsyncGenerator<string> {
    const path = `${this.path}/${name}/log?container=${CONTAINER}&follow=true`;
    const { body } = await ask(this.ports.access, path, { ...this.asking(signal), packed: false });
    yield* linesOf(piecesWithin(body, idleMs, () => undefined));
  }

  /** Deletes what looks left behind that were killed. Gives how many. */
  async deleteStale(signal: AbortSignal): Promise<number> {
    const answer = await ask(this.ports.access, this.listOf(NAMED), this.asking(signal));
    const pods = listOf(member(await jsonOf(answer, ANSWER_MS), 'items'));
    // A laptop's clock that is ahead would take pods that others listen to for old.
    const stale = leftBehind(pods, instant(answer.serverDate ?? this.ports.now()));
    await Promise.all(stale.map((pod) => this.delete(nameOf(pod))));
    return stale.length;
  }

  /** Deletes all pods of this look, and returns when they are gone: those that are not, by name. */
  async deleteAll(): Promise<readonly string[]> {
    const until = this.ports.now() + DELETE_WITHIN_MS;
    const asked = new Set<string>();
    for (let left: readonly string[] = ['?']; ; ) {
      try {
        // By what is there, and not by what was created: of a request whose answer never came the pod may be there.
        left = [...(await this.states()).keys()];
        if (left.length === 0) return [];
        const fresh = left.filter((name) => !asked.has(name));
        await Promise.all(fresh.map((name) => this.delete(name).then(() => asked.add(name))));
      } catch {
        // What is refused for good ends with the time for it.
      }
      if (this.ports.now() >= until) return left;
      await this.ports.pause(AGAIN_MS, new AbortController().signal);
    }
  }

  private async delete(name: string): Promise<void> {
    try {
      await this.read(`${this.path}/${name}`, { method: 'DELETE', body: null });
    } catch (error) {
      if (!(error instanceof ApiFailure && error.code === ABSENT)) throw error;
    }
  }

  private listOf(selector: string): string {
    return `${this.path}?labelSelector=${encodeURIComponent(selector)}`;
  }

  private async read(path: string, change?: Change): Promise<unknown> {
    const asking = { ...this.asking(new AbortController().signal), ...(change === undefined ? {} : { change }) };
    return jsonOf(await ask(this.ports.access, path, asking), ANSWER_MS);
  }

  private asking(signal: AbortSignal): Asking {
    return { now: this.ports.now, signal, answerWithinMs: ANSWER_MS, packed: true };
  }
}

const nameOf = (pod: unknown): string => textOf(memberAt(pod, 'metadata', 'name'));

const stateOf = (pod: unknown): PodState => {
  const status = member(pod, 'status');
  const phase = textOf(member(status, 'phase'));
  const [container] = listOf(member(status, 'containerStatuses'));
  const waiting = memberAt(container, 'state', 'waiting');
  return {
    name: nameOf(pod),
    isRunning: phase === 'Running',
    isOver: phase === 'Succeeded' || phase === 'Failed',
    waitsFor: textOf(member(waiting, 'reason')),
    says: textOf(member(waiting, 'message')) || textOf(member(status, 'message')) || textOf(member(status, 'reason')),
  };
};
