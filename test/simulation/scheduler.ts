import { setImmediate as macrotask } from 'node:timers/promises';
import type { Random } from '../../simulator/random.ts';
import type { Engine } from '../../src/store/engine.ts';

/** What becomes of a statement whose turn has come. */
export type Fate = 'runs' | 'fails' | 'runs, and its answer is lost';

/** The process whose statement it was is gone. */
export class Crashed extends Error {}

/** What goes wrong of itself. */
export class Troubled extends Error {}

interface Waiting {
  readonly process: SimulatedProcess;
  readonly statement: string;
  /** Runs it; what it gives has whoever waits hear of it. */
  readonly run: () => Promise<() => void>;
  readonly fail: (error: Error) => void;
}

/** What opens the store and works with it, until it crashes: then none of its statements runs any more. */
export interface SimulatedProcess {
  isGone: boolean;
}

/**
 * Has all work on an engine go statement by statement in an order that a seed decides: of those that wait for their turn, whoever's, one runs, alone, to
 * its end; then everybody goes on to the next statement. So one seed is one run, whatever the machine does.
 */
export class Scheduler {
  /** Statements as they were chosen, and their fates. */
  readonly trace: string[] = [];
  private readonly random: Random;
  private readonly fateOf: (statement: string) => Fate;
  private waiting: Waiting[] = [];

  constructor(random: Random, fateOf: (statement: string) => Fate) {
    this.random = random;
    this.fateOf = fateOf;
  }

  /** Runs the next statement. False: nobody waits for a turn. */
  async step(): Promise<boolean> {
    await settled();
    if (this.waiting.length === 0) return false;
    const [next] = this.waiting.splice(this.random.whole(0, this.waiting.length), 1) as [Waiting];
    const fate = this.fateOf(next.statement);
    this.trace.push(`${fate}: ${next.statement}`);
    if (fate === 'fails') next.fail(new Troubled('the engine refused it'));
    else {
      const answer = await next.run();
      if (fate === 'runs') answer();
      else next.fail(new Troubled('its answer was lost'));
    }
    return true;
  }

  /** Everything that the process waits for fails, and all that it asks for from now on. */
  crash(process: SimulatedProcess): void {
    process.isGone = true;
    this.trace.push('crash');
    const gone = this.waiting.filter((one) => one.process === process);
    this.waiting = this.waiting.filter((one) => one.process !== process);
    for (const { fail } of gone) fail(new Crashed());
  }

  /** The engine as the process has it. */
  over(engine: Engine, process: SimulatedProcess): Engine {
    const inTurn = <Value>(statement: string, work: () => Promise<Value>): Promise<Value> => {
      if (process.isGone) return Promise.reject(new Crashed());
      const { promise, resolve, reject } = Promise.withResolvers<Value>();
      this.waiting.push({
        process,
        statement: shortened(statement),
        run: () =>
          work().then(
            (value) => () => resolve(value),
            (error: unknown) => () => reject(error),
          ),
        fail: reject,
      });
      return promise;
    };
    const wrapped: Engine = {
      mark: engine.mark,
      run: (sql, params) => inTurn(sql, () => engine.run(sql, params)),
      rows: <Row>(sql: string, params?: Parameters<Engine['rows']>[1]) =>
        inTurn(sql, () => engine.rows<Row>(sql, params)),
      load: (sql, file, params) => inTurn(sql, () => engine.load(sql, file, params)),
      fill: (table, select, params) => inTurn(`fill ${table}`, () => engine.fill(table, select, params)),
      async *blocks(sql, params) {
        yield* await inTurn(sql, () => allOf(engine.blocks(sql, params)));
      },
      until: () => wrapped,
      close: () => Promise.resolve(),
    };
    return wrapped;
  }
}

const allOf = async (blocks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> => {
  const all: Uint8Array[] = [];
  for await (const block of blocks) all.push(block);
  return all;
};

/** Everybody has gone as far as they can without the engine. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await macrotask();
};

const shortened = (statement: string): string =>
  statement
    .replaceAll(/^--.*$/gm, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\d{3,}/g, '#')
    .slice(0, 60);
