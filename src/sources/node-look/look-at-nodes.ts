import { each } from '../../base/each.ts';
import { SECOND } from '../../base/instant.ts';
import { ok, type Result } from '../../base/result.ts';
import type { ByteObject, TakeIn } from '../../core/ports.ts';
import { listOf, member } from '../../formats/json/json-value.ts';
import { type Access, ApiFailure, ask, jsonOf } from '../kubernetes/api-server.ts';
import { HandOver } from '../kubernetes/hand-over.ts';
import { Reflector, type ReflectorPorts, type Timing } from '../kubernetes/reflector.ts';
import type { Resource } from '../../formats/kube/recorded-lines.ts';
import { type ChosenNode, chosenNode } from './choose-nodes.ts';
import { ConntrackLog } from './conntrack-log.ts';
import { podName } from './debug-pod.ts';
import { DebugPods, type PodState } from './debug-pods.ts';
import { LookTrouble, lookTrouble } from './look-trouble.ts';

export interface LookOptions {
  /** Of the debugging pods. */
  readonly namespace: string;
  readonly image: string;
  readonly forSeconds: number;
  readonly startSeconds: number;
  /** Only these; empty: every node. */
  readonly nodes: readonly string[];
  /** More are not looked at unless somebody says so. */
  readonly mostNodes: number;
}

export interface LookPorts extends ReflectorPorts {
  readonly access: Access;
  readonly progress: (text: string) => void;
}

/** What became of one node. */
export interface NodeLook {
  readonly node: string;
  /** It listened to the end. */
  readonly isWhole: boolean;
  /** It listened at all. */
  readonly isHeard: boolean;
  /** What keeps it from being whole, or what it cannot show. */
  readonly why: string | null;
}

export interface Looked {
  readonly nodes: readonly NodeLook[];
  /** Pods that could not be deleted: they end by themselves. */
  readonly left: readonly string[];
  /** The label selector that finds them. */
  readonly selector: string;
}

const RESOURCES: readonly Resource[] = ['pods', 'nodes'];
const POLL_MS = 400;
const ANSWER_MS = 30 * SECOND;
/** Pods that are created at a time: gentle to an API server that many are asking at that hour. */
const AT_A_TIME = 10;
/** A log that breaks off is read again from its beginning: what was read twice is stored once. */
const MOST_READINGS = 4;
/** Beside the time that is listened for, in which a log may say nothing. */
const IDLE_MS = 60 * SECOND;
/** What will not come right within the time of a look. */
const HOPELESS =
  /^(?:ImagePullBackOff|ErrImageNeverPull|InvalidImageName|CreateContainer\w*Error|RunContainerError|CrashLoopBackOff)$/;

/**
 * A look through the nodes' own connection tracking: a pod on each for a short time, whose log is read as it comes, with pods and nodes watched
 * meanwhile. The pods are deleted whatever happens. `stop` ends it early. Throws `LookTrouble` where it cannot begin.
 */
export const lookAtNodes = async (
  ports: LookPorts,
  timing: Timing,
  options: LookOptions,
  take: TakeIn,
  stop: AbortSignal,
): Promise<Looked> => {
  const run = runName(ports.random);
  const pods = new DebugPods(ports, options.namespace, { ...options, run });
  const refused = (error: unknown): never => {
    throw error instanceof ApiFailure ? lookTrouble(error, options.namespace) : error;
  };
  const removed = await pods.deleteStale(stop).catch(refused);
  if (removed > 0) ports.log(`${removed} debugging pods of an earlier look deleted`);
  const chosen = await chooseNodes(ports, options, stop).catch(refused);
  const inventory = new Inventory(ports, timing, take);
  await inventory.check(stop).catch(refused);
  const watching = new AbortController();
  const watched = inventory.watch(watching.signal);
  let looked: readonly NodeLook[];
  let left: readonly string[];
  try {
    looked = await new Look(ports, options, pods, run, take).at(chosen, stop).catch(refused);
  } finally {
    ports.progress('deleting the debugging pods');
    left = await pods.deleteAll();
    watching.abort();
    await watched;
  }
  // Whoever is there before and after held its address in between.
  await inventory.list(AbortSignal.timeout(ANSWER_MS)).catch((error: Error) => {
    ports.log(`pods and nodes could not be listed at the end: ${error.message}`);
  });
  // Pods of a look that was killed have ended by now, if they had not at the beginning.
  await pods.deleteStale(AbortSignal.timeout(ANSWER_MS)).catch(() => 0);
  return { nodes: looked, left, selector: `app.kubernetes.io/instance=${run}` };
};

const runName = (random: () => number): string =>
  Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36)).join('');

const chooseNodes = async (
  { access, now }: LookPorts,
  { nodes, mostNodes }: LookOptions,
  signal: AbortSignal,
): Promise<readonly ChosenNode[]> => {
  const answer = await ask(access, '/api/v1/nodes', { now, signal, answerWithinMs: ANSWER_MS, packed: true });
  const all = listOf(member(await jsonOf(answer, ANSWER_MS), 'items')).map(chosenNode);
  const strangers = nodes.filter((name) => !all.some(({ node }) => node === name));
  if (strangers.length > 0) throw new LookTrouble('no-such-node', `there is no node ${strangers.join(', ')}`);
  const chosen = nodes.length === 0 ? all : all.filter(({ node }) => nodes.includes(node));
  const many = chosen.filter(({ isLookedAt }) => isLookedAt).length;
  if (nodes.length === 0 && many > mostNodes)
    throw new LookTrouble('too-many-nodes', `there are ${many} nodes, and a pod would be started on each`);
  return chosen;
};

/** Pods and nodes before, while, and after. */
class Inventory {
  private readonly ports: LookPorts;
  private readonly timing: Timing;
  private readonly take: TakeIn;

  constructor(ports: LookPorts, timing: Timing, take: TakeIn) {
    this.ports = ports;
    this.timing = timing;
    this.take = take;
  }

  /** Whether pods may be listed; nodes were. */
  async check(signal: AbortSignal): Promise<void> {
    const asking = { now: this.ports.now, signal, answerWithinMs: ANSWER_MS, packed: false };
    (await ask(this.ports.access, '/api/v1/pods?limit=1', asking)).body.destroy();
  }

  async watch(stop: AbortSignal): Promise<void> {
    await this.each('watch', stop, (reflector) => reflector.run(stop));
  }

  async list(signal: AbortSignal): Promise<void> {
    await this.each('list', signal, async (reflector, handOver) => {
      await reflector.list(signal);
      await handOver.flush();
    });
  }

  private async each(
    what: string,
    stop: AbortSignal,
    work: (reflector: Reflector, handOver: HandOver) => Promise<void>,
  ): Promise<void> {
    const { ports, timing, take } = this;
    await Promise.all(
      RESOURCES.map(async (of) => {
        const object = `kubernetes/${of}/${what}`;
        const handOver = new HandOver({ ...ports, take, object, cluster: null, everyMs: timing.handOverEveryMs }, stop);
        await work(new Reflector(of, ports, timing, handOver), handOver);
      }),
    );
  }
}

/** The pods of one look, from their creation to the end of their logs. */
class Look {
  private readonly ports: LookPorts;
  private readonly options: LookOptions;
  private readonly pods: DebugPods;
  private readonly run: string;
  private readonly take: TakeIn;
  private states: ReadonlyMap<string, PodState> = new Map();
  private listening = 0;

  constructor(ports: LookPorts, options: LookOptions, pods: DebugPods, run: string, take: TakeIn) {
    this.ports = ports;
    this.options = options;
    this.pods = pods;
    this.run = run;
    this.take = take;
  }

  async at(chosen: readonly ChosenNode[], stop: AbortSignal): Promise<readonly NodeLook[]> {
    const over = new AbortController();
    const polling = this.poll(over.signal);
    const turns = chosen.map((one, index) => ({ ...one, index })).filter(({ isLookedAt }) => isLookedAt);
    const done = new Map<string, Promise<NodeLook>>();
    try {
      // The first tells whether pods are admitted here at all: then nothing else is tried.
      for (let i = 0; i < turns.length && !stop.aborted; i += i === 0 ? 1 : AT_A_TIME) {
        const several = turns.slice(i, i === 0 ? 1 : i + AT_A_TIME);
        await Promise.all(
          several.map(async (one) => {
            const refusal = await this.create(one);
            if (refusal !== null && i === 0) throw refusal;
            done.set(
              one.node,
              refusal === null ? this.listen(one, stop) : Promise.resolve(not(one.node, refusal.message)),
            );
          }),
        );
        this.ports.progress(`debugging pods: ${done.size} of ${turns.length}`);
      }
      return await Promise.all(
        chosen.map(({ node, why }) => done.get(node) ?? Promise.resolve(not(node, why ?? STOPPED))),
      );
    } finally {
      over.abort();
      await polling;
    }
  }

  /** What refused it; null: it was created. */
  private async create({
    node,
    index,
  }: {
    readonly node: string;
    readonly index: number;
  }): Promise<LookTrouble | null> {
    try {
      await this.pods.create(node, index);
      return null;
    } catch (error) {
      if (error instanceof ApiFailure) return lookTrouble(error, this.options.namespace);
      throw error;
    }
  }

  private async listen(chosen: ChosenNode & { readonly index: number }, stop: AbortSignal): Promise<NodeLook> {
    const { node } = chosen;
    const name = podName(chosen.index, this.run);
    const missing = await this.started(name, stop);
    if (missing !== null) return not(node, missing);
    let broke = '';
    for (let reading = 1; reading <= MOST_READINGS && !stop.aborted; reading++) {
      const log = new ConntrackLog();
      broke = await this.read(node, name, reading, log, stop);
      if (log.failed !== '') return not(node, log.failed);
      if (stop.aborted) return { node, isWhole: false, isHeard: log.began !== null, why: STOPPED };
      if (log.ended === null) continue;
      const rotated = log.isWhole ? null : 'its log was rotated before it was read: the beginning is missing';
      const why = rotated ?? chosen.why;
      return { node, isWhole: why === null, isHeard: true, why };
    }
    return not(node, stop.aborted ? STOPPED : `its log broke off: ${broke}`);
  }

  /** Returns when there is a log to read; why there is none. */
  private async started(name: string, stop: AbortSignal): Promise<string | null> {
    const until = this.ports.now() + this.options.startSeconds * SECOND;
    for (let seen = false; !stop.aborted; ) {
      const state = this.states.get(name);
      if (state?.isRunning === true || state?.isOver === true) return null;
      if (seen && state === undefined) return 'its pod was deleted by somebody else';
      seen ||= state !== undefined;
      const waits = state === undefined || state.waitsFor === '' ? 'nothing was heard of it' : sentenceOf(state);
      if (HOPELESS.test(state?.waitsFor ?? '')) return waits;
      if (this.ports.now() >= until) return `its pod was not started within ${this.options.startSeconds} s: ${waits}`;
      await this.ports.pause(POLL_MS / 2, stop);
    }
    return STOPPED;
  }

  /** Reads the log to its end; why it broke off. */
  private async read(
    node: string,
    name: string,
    reading: number,
    log: ConntrackLog,
    stop: AbortSignal,
  ): Promise<string> {
    const idleMs = this.options.forSeconds * SECOND + IDLE_MS;
    let broke = 'it ended without saying so';
    const lines = this.pods.log(name, idleMs, stop);
    const listening = (): void => {
      this.listening++;
      this.ports.progress(`listening on ${this.listening} nodes for ${this.options.forSeconds} s`);
    };
    const bytes = async function* (): AsyncGenerator<Result<Uint8Array, string>> {
      const encoder = new TextEncoder();
      try {
        for await (const line of lines) {
          const had = log.began;
          const told = log.take(line);
          if (had === null && log.began !== null && reading === 1) listening();
          if (told.length > 0) yield ok(encoder.encode(told.join('')));
        }
      } catch (error) {
        // What was read up to here stands: lines are whole.
        broke = (error as Error).message;
      }
      const rest = log.end();
      if (rest.length > 0) yield ok(encoder.encode(rest.join('')));
    };
    const object: ByteObject = { name: `conntrack/${node}/${this.run}-${reading}`, read: bytes };
    await this.take(each([object]), { cluster: null, node, at: null });
    if (broke !== '' && log.ended === null) await this.ports.pause(POLL_MS, stop);
    return broke;
  }

  private async poll(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        this.states = await this.pods.states();
      } catch {
        // The next one may be answered; until then the last stands.
      }
      await this.ports.pause(POLL_MS, stop);
    }
  }
}

const not = (node: string, why: string): NodeLook => ({ node, isWhole: false, isHeard: false, why });

const STOPPED = 'it was stopped before the end';

const sentenceOf = ({ waitsFor, says }: PodState): string => (says === '' ? waitsFor : `${waitsFor}: ${says}`);
