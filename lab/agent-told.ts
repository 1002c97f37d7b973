import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unmasq } from './agent-stage.ts';
import { runInside } from './children.ts';

/** Connections of which each is known, and what the store came to know of them. */
export interface Burst {
  /** Of the store. */
  readonly data: string;
  /** The file in which it stands when each left. */
  readonly times: string;
  readonly dest: string;
}

export const burst = (
  pod: string,
  count: number,
  rate: number,
  { dest, times }: Omit<Burst, 'data'>,
): Promise<string> =>
  runInside(pod, 'python3', [join(import.meta.dirname, 'burst.py'), dest, String(count), String(rate), '0', times]);

export interface Told {
  /** Connections that left, as the generator says, and as the kernel counted them. */
  readonly sent: number;
  /** That the store knows: one flow each. */
  readonly told: number;
  readonly twice: number;
  /** That it does not know, and that no gap covers. */
  readonly silentlyLost: number;
  readonly gaps: readonly { readonly from: number; readonly until: number; readonly why: string }[];
}

/** What the store came to, against what left. The clock is one, and a line may be read a moment after its packet left. */
export const compare = async ({ data, times, dest }: Burst): Promise<Told> => {
  const flows = (await unmasq(['flows', '--all', '--dest', dest, '-o', 'jsonl', '--data', data]))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { readonly destPort: number }).destPort);
  const told = new Set(flows);
  const { items } = JSON.parse(await unmasq(['sources', '--data', data, '-o', 'json'])) as {
    readonly items: readonly {
      readonly kind: string;
      readonly gaps: readonly { from: string; until: string; why: string }[];
    }[];
  };
  const gaps = items
    .filter(({ kind }) => kind === 'conntrack')
    .flatMap((source) => source.gaps)
    .map(({ from, until, why }) => ({ from: Date.parse(from), until: Date.parse(until), why }));
  const left = readFileSync(times, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number]);
  const lost = left.filter(([port]) => !told.has(port));
  return {
    sent: left.length,
    told: told.size,
    twice: flows.length - told.size,
    silentlyLost: lost.filter(([, at]) => !gaps.some((gap) => gap.from <= at + 2 && at <= gap.until)).length,
    gaps,
  };
};
