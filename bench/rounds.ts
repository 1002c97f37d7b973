import { fork } from 'node:child_process';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, CONTENDERS, type Contender, type Measured, type Scale } from './benchmark.ts';
import { difference, renderChecksum } from './checksum.ts';
import { KEPT } from './data.ts';
import { median } from './stopwatch.ts';

/** One line of the results. */
export interface Result {
  readonly name: string;
  readonly scale: Scale;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** Medians over the rounds. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
  readonly rows: number;
  readonly rssMiB: number;
  readonly cpuSeconds: number;
  readonly checksum: string;
  /** `killed`: the machine has too little memory for it. */
  readonly peers: Readonly<Partial<Record<'duckdb' | 'naive', number | 'killed'>>>;
  readonly peerRssMiB: Readonly<Partial<Record<'duckdb' | 'naive', number>>>;
  readonly floor: number | null;
  readonly aim: number | null;
  readonly more: Readonly<Record<string, number>>;
}

/** Rounds in which everybody has a turn, one after the other, each in a process of its own. Throws where they did not do the same work. */
export const measure = async (
  benchmark: Benchmark,
  scale: Scale,
  rounds: number,
  progress: (text: string) => void,
): Promise<Result> => {
  const { name, unit, better, floor, aim } = benchmark;
  progress('making the data');
  await inChild(name, 'prepare', scale);
  const contenders = CONTENDERS.filter((contender) => benchmark.run[contender] !== undefined);
  const measured = new Map<Contender, Measured[]>(contenders.map((contender) => [contender, []]));
  const killed = new Set<Contender>();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      if (killed.has(contender)) continue;
      progress(`round ${round + 1} of ${rounds}: ${contender}`);
      try {
        measured.get(contender)?.push((await inChild(name, contender, scale)) as Measured);
      } catch (error) {
        // A peer that the kernel ends for want of memory has no figure, and what unmasq came to is one all the same.
        if (contender === 'unmasq' || !(error instanceof Killed)) throw error;
        killed.add(contender);
        measured.set(contender, []);
      }
    }
  }
  const all = [...measured.values()].flat();
  const ours = measured.get('unmasq') ?? [];
  const [first] = ours;
  if (first === undefined) throw new Error(`${name} was not run`);
  for (const { checksum } of all) {
    const why = difference(first.checksum, checksum);
    if (why !== null) throw new Error(`${name}: the work was not the same, so there is no number: ${why}`);
  }
  const of = (contender: Contender, pick: (one: Measured) => number): number =>
    median((measured.get(contender) ?? []).map(pick));
  const peers = (pick: (one: Measured) => number): Result['peerRssMiB'] =>
    Object.fromEntries(
      contenders.filter((one) => one !== 'unmasq' && !killed.has(one)).map((one) => [one, of(one, pick)]),
    );
  const values = ours.map(({ value }) => value);
  return {
    name,
    scale,
    unit,
    better,
    value: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    rounds,
    rows: first.rows,
    rssMiB: of('unmasq', (one) => one.rssMiB),
    cpuSeconds: of('unmasq', (one) => one.cpuSeconds),
    checksum: renderChecksum(first.checksum),
    peers: { ...peers((one) => one.value), ...Object.fromEntries([...killed].map((one) => [one, 'killed' as const])) },
    peerRssMiB: peers((one) => one.rssMiB),
    floor,
    aim,
    more: Object.fromEntries(
      Object.keys(first.more ?? {}).map((key) => [key, of('unmasq', (one) => one.more?.[key] ?? Number.NaN)]),
    ),
  };
};

class Killed extends Error {}

/** What `bin/unmasq` and the image run it with. */
const AS_INSTALLED = { MALLOC_ARENA_MAX: '1' };

const inChild = (name: string, contender: Contender | 'prepare', scale: Scale): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const words = [name, contender, scale];
    const child = fork(join(import.meta.dirname, 'child.ts'), words, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      // For naive, which has every record as an object.
      execArgv: [...process.execArgv, `--max-old-space-size=${Math.round((0.7 * totalmem()) / 2 ** 20)}`],
      // Else each child would compile everything again: half of a small benchmark's time.
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(KEPT, 'compiled'),
        ...(contender === 'unmasq' ? AS_INSTALLED : {}),
      },
    });
    let said: unknown;
    child.on('message', (message) => {
      said = message;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(said);
      else if (signal === 'SIGKILL') reject(new Killed(`${words.join(' ')} was killed`));
      else reject(new Error(`${words.join(' ')} ended with ${code ?? signal}`));
    });
  });
