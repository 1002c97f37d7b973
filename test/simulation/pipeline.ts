import type { Random } from '../../simulator/random.ts';
import { HOUR, instant } from '../../src/base/instant.ts';
import type { Batch, Store } from '../../src/core/ports.ts';
import type { Engine } from '../../src/store/engine.ts';
import { stored } from '../parity.ts';
import { NOW, START } from '../random-world.ts';
import { Crashed, type Fate, Scheduler, type SimulatedProcess, Troubled } from './scheduler.ts';

/** Chances of a statement. */
const FAILS = 0.01;
const ANSWER_IS_LOST = 0.01;
/** That the process is killed before the next. */
const CRASHES = 0.006;
/** After so many nothing goes wrong any more: whoever goes on trying gets there. */
const TROUBLED_STATEMENTS = 600;
const MOST_STATEMENTS = 10_000;
/** Of each process. */
const QUESTIONS = 5;

class Unlawful extends Error {}

interface World {
  readonly engine: Engine;
  /** Opens the store as a process that starts does, with each of its engines seen through another. */
  readonly opened: (over: (engine: Engine) => Engine) => Promise<Store>;
  readonly cluster: string;
  readonly messages: readonly Batch[];
  readonly random: Random;
}

/**
 * One process at a time has the store: it works messages in while a pass answers, another grades and somebody asks. It is killed now and then, and
 * another begins. A message is sent until it is known to be taken.
 */
export class Pipeline {
  crashes = 0;
  private statements = 0;
  private isAnswered = false;
  private readonly world: World;
  private readonly scheduler: Scheduler;
  private readonly unsent: Batch[];

  constructor(world: World) {
    this.world = world;
    this.unsent = [...world.messages];
    this.scheduler = new Scheduler(world.random, () => this.fate());
  }

  get trace(): readonly string[] {
    return this.scheduler.trace;
  }

  /** Until everything is taken and answered. Throws where something is answered twice, or where it fails although nothing goes wrong any more. */
  async run(): Promise<void> {
    while (!this.isAnswered) await this.process();
  }

  private get isTroubled(): boolean {
    return this.statements < TROUBLED_STATEMENTS;
  }

  private fate(): Fate {
    this.statements++;
    if (this.statements > MOST_STATEMENTS) throw new Unlawful('it never ends');
    const chance = this.world.random.next();
    if (!this.isTroubled || chance > FAILS + ANSWER_IS_LOST) return 'runs';
    return chance < FAILS ? 'fails' : 'runs, and its answer is lost';
  }

  /** From its start to its end, or until it is killed. */
  private async process(): Promise<void> {
    const { engine, opened, random } = this.world;
    const process: SimulatedProcess = { isGone: false };
    const over = (one: Engine): Engine => this.scheduler.over(one, process);
    const works = async (): Promise<void> => {
      const store = await opened(over);
      await Promise.all(
        [() => this.send(store), () => this.pass(store), () => this.ask(over(engine))].map((work) =>
          this.persistently(process, work),
        ),
      );
    };
    const ended = { isOver: false };
    const ending = this.persistently(process, works).finally(() => {
      ended.isOver = true;
    });
    while (!ended.isOver) {
      if (this.isTroubled && random.next() < CRASHES) {
        this.crashes++;
        this.scheduler.crash(process);
      }
      await this.scheduler.step();
    }
    await ending;
  }

  /** Again and again, until it is done or the process is gone. */
  private async persistently(process: SimulatedProcess, work: () => Promise<void>): Promise<void> {
    while (!process.isGone) {
      try {
        return await work();
      } catch (error) {
        // What went wrong last may be heard of when nothing goes wrong any more.
        const isExpected = error instanceof Crashed || error instanceof Troubled;
        if (error instanceof Unlawful || (!this.isTroubled && !isExpected)) throw error;
      }
    }
  }

  /** What is left, in any order, alone or together; what is known to be taken is sent again now and then. */
  private async send(store: Store): Promise<void> {
    const { random } = this.world;
    while (this.unsent.length > 0) {
      const from = random.whole(0, this.unsent.length);
      const some = this.unsent.slice(from, from + random.whole(1, 4));
      await store.write(some);
      if (random.next() < 0.1) continue;
      for (const one of some) this.unsent.splice(this.unsent.indexOf(one), 1);
    }
  }

  /** The clock stands anywhere; the last pass comes long after. */
  private async pass(store: Store): Promise<void> {
    const { cluster, random } = this.world;
    while (!this.isAnswered) {
      const isLast = this.unsent.length === 0;
      const now = isLast ? NOW : instant(START + random.whole(-1, 30) * (HOUR / 6));
      await store.attribute(cluster, now, undefined, isLast ? 'measured' : random.pick(['kept', 'measured'] as const));
      this.isAnswered ||= isLast;
      if (random.next() < 0.3) await store.grade(cluster);
    }
  }

  /** What is answered is answered once, whatever is under way. */
  private async ask(engine: Engine): Promise<void> {
    for (let i = 0; i < QUESTIONS && !this.isAnswered; i++) {
      const said = await stored(engine, this.world.cluster);
      // Lines that contradict each other show two flows that began alike: each goes on for as long as it does.
      const flows = said.map(({ tuple, begin, last, outbound, denied }) =>
        JSON.stringify([tuple, begin, last, outbound, denied]),
      );
      if (new Set(flows).size !== flows.length) throw new Unlawful(`a flow is answered twice: ${flows.join(', ')}`);
      const twice = await engine.rows(IN_TWO_WINDOWS, { cluster: this.world.cluster });
      if (twice.length > 0) throw new Unlawful(`a flow is answered by two windows: ${JSON.stringify(twice)}`);
    }
  }
}

const IN_TWO_WINDOWS = `SELECT tuple, last_ms - lasted_ms AS begin, direction, denied, groupArray((hour_ms, tick, generation)) AS windows
FROM flow
WHERE cluster = {cluster:String}
    AND (shard, hour_ms, tick, generation) IN (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
GROUP BY tuple, begin, direction, denied
HAVING uniqExact(hour_ms, tick, generation) > 1`;
