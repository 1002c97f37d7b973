import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from './history.ts';
import type { KubeApiServer, PodRunner } from './kube-api-server.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

interface PodSpec {
  readonly nodeName: string;
  readonly hostNetwork?: boolean;
  readonly activeDeadlineSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly [Container];
}

interface RunningPod {
  readonly pod: ApiObject;
  readonly child: ChildProcess;
  /** Whole lines of both streams in the order of their arrival, as a container runtime logs them. */
  readonly log: string[];
  readonly followers: Set<ServerResponse>;
  readonly over: Promise<void>;
}

const PULL_MS = 150;

/**
 * A stand-in for the kubelets of nodes that are network namespaces: it runs what a pod of the host's network is to run, on the machine's own
 * file system, and tells of it as a kubelet does. Images are names alone: the ones in `absent` cannot be pulled.
 */
export class Kubelet implements PodRunner {
  readonly absent = new Set<string>();
  /** Logs are cut off when they have told of so many lines, once for each pod; null: they are not. */
  cutsLogsAfter: number | null = null;
  private readonly server: KubeApiServer;
  /** The namespace of each node. */
  private readonly nodes: ReadonlyMap<string, string>;
  private readonly running = new Map<string, RunningPod>();
  private readonly pulling = new Map<string, AbortController>();
  private readonly cut = new Set<string>();

  constructor(server: KubeApiServer, nodes: ReadonlyMap<string, string>) {
    this.server = server;
    this.nodes = nodes;
    process.on('exit', () => this.killAll());
  }

  created(pod: ApiObject): void {
    const node = this.nodes.get(specOf(pod).nodeName);
    if (node !== undefined) void this.run(pod, node);
  }

  deleted(pod: ApiObject): void {
    void this.end(pod);
  }

  log(name: string, response: ServerResponse): string | null {
    const running = this.running.get(name);
    if (running === undefined) return `container "conntrack" in pod "${name}" is waiting to start: ContainerCreating`;
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' });
    response.flushHeaders();
    const { log, followers } = running;
    for (const line of log) response.write(`${line}\n`);
    followers.add(response);
    response.on('close', () => followers.delete(response));
    void running.over.then(() => response.end());
    return null;
  }

  /** Processes that still run. */
  get processes(): number {
    return [...this.running.values()].filter(({ child }) => child.exitCode === null && child.signalCode === null)
      .length;
  }

  async close(): Promise<void> {
    this.killAll();
    await Promise.all([...this.running.values()].map(({ over }) => over));
  }

  private async run(pod: ApiObject, node: string): Promise<void> {
    const { name } = pod.metadata;
    const [container] = specOf(pod).containers;
    const pull = new AbortController();
    this.pulling.set(name, pull);
    this.tell(pod, 'Pending', { waiting: { reason: 'ContainerCreating' } });
    await sleep(PULL_MS, undefined, { signal: pull.signal }).catch(() => undefined);
    if (this.absent.has(container.image)) {
      const message = `failed to resolve reference "${container.image}": not found`;
      for (const reason of ['ErrImagePull', 'ImagePullBackOff']) {
        if (pull.signal.aborted) return;
        this.tell(pod, 'Pending', { waiting: { reason, message } });
        await sleep(PULL_MS, undefined, { signal: pull.signal }).catch(() => undefined);
      }
      return;
    }
    if (pull.signal.aborted) return;
    this.start(pod, node, container);
  }

  private start(pod: ApiObject, node: string, { command, env = [] }: Container): void {
    const { name } = pod.metadata;
    const spec = specOf(pod);
    const child = spawn('nsenter', [`--net=/run/netns/${node}`, 'setpriv', '--pdeathsig', 'KILL', ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, as a container's processes end together.
      detached: true,
      env: { PATH: process.env['PATH'], ...Object.fromEntries(env.map((one) => [one.name, one.value])) },
    });
    const log: string[] = [];
    const followers = new Set<ServerResponse>();
    const told = (line: string): void => {
      log.push(line);
      for (const follower of followers) follower.write(`${line}\n`);
      if (this.cutsLogsAfter === null || log.length < this.cutsLogsAfter || this.cut.has(name)) return;
      this.cut.add(name);
      for (const follower of followers) follower.destroy();
    };
    const read = [child.stdout, child.stderr].map((stream) => {
      const lines = createInterface({ input: stream });
      lines.on('line', told);
      return once(lines, 'close');
    });
    const life = spec.activeDeadlineSeconds;
    const deadline = life === undefined ? undefined : setTimeout(() => killGroup(child), life * 1_000);
    const ended = async (): Promise<void> => {
      const [code] = (await once(child, 'exit')) as [number | null];
      clearTimeout(deadline);
      killGroup(child);
      await Promise.all(read);
      if (this.server.history.get(keyOf(pod)) === undefined) return;
      const terminated = { exitCode: code ?? 137, finishedAt: new Date().toISOString() };
      this.tell(pod, code === 0 ? 'Succeeded' : 'Failed', { terminated });
    };
    const over = ended();
    this.running.set(name, { pod, child, log, followers, over });
    this.tell(pod, 'Running', { running: { startedAt: new Date().toISOString() } });
  }

  private async end(pod: ApiObject): Promise<void> {
    const { name } = pod.metadata;
    this.pulling.get(name)?.abort();
    const running = this.running.get(name);
    if (running !== undefined) {
      const grace = (specOf(pod).terminationGracePeriodSeconds ?? 30) * 1_000;
      running.child.kill('SIGTERM');
      const late = setTimeout(() => killGroup(running.child), grace);
      await running.over;
      clearTimeout(late);
      this.running.delete(name);
    }
    this.server.remove(pod);
  }

  private tell(pod: ApiObject, phase: string, state: object): void {
    const now = this.server.history.get(keyOf(pod));
    if (now === undefined) return;
    const [{ name }] = specOf(pod).containers;
    this.server.put({ ...now, status: { phase, hostIP: '10.224.0.4', containerStatuses: [{ name, state }] } });
  }

  private killAll(): void {
    for (const { child } of this.running.values()) killGroup(child);
  }
}

const specOf = (pod: ApiObject): PodSpec => pod.spec as PodSpec;
const keyOf = ({ metadata }: ApiObject): string => `Pod/${metadata.namespace ?? ''}/${metadata.name}`;

const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them were quicker.
  }
};
