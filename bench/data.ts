import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS, type Parameters } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';

export const ROOT = join(import.meta.dirname, '..');
/** Everything that a benchmark makes: simulated runs by the hash of their parameters, stores made of them, and what is thrown away. */
export const KEPT = join(ROOT, 'build/bench-data');

/** What is left out of every run: samples of the inventory, which repeat each pod once a minute. The watch tells more. */
const COMMON: Partial<Parameters> = { without: ['pod-inventory'], updates: false, ipReuse: 'low', portReuse: 'low' };

export interface Data {
  readonly folder: string;
  /** Hour blobs of the flow log, by path, in order. */
  readonly blobs: readonly string[];
  readonly conntrack: readonly string[];
  readonly kube: readonly string[];
  readonly run: RunSums;
}

/** The part of run.json that is of use here. */
export interface RunSums {
  readonly flowLog: { readonly records: number; readonly bytesOut: number; readonly bytesIn: number };
  readonly conntrack: { readonly lines: number } | null;
  readonly counts: { readonly pods: number };
  readonly nodes: readonly { readonly name: string; readonly ip: string }[];
}

export interface Asked extends Partial<Parameters> {
  readonly nodes: number;
  readonly flows: number;
  /** Only so many nodes' conntrack is read: fewer translations than flows. */
  readonly conntrackOf?: number;
}

/** Simulates the run unless it is there. A run that was interrupted is made anew. */
export const dataFor = async (asked: Asked): Promise<Data> => {
  const folder = folderOf(asked);
  if (!existsSync(folder)) {
    const made = `${folder}.part`;
    rmSync(made, { recursive: true, force: true });
    mkdirSync(made, { recursive: true });
    await simulate(made, parametersOf(asked));
    renameSync(made, folder);
  }
  return dataOf(asked);
};

/** A run that was made before. */
export const dataOf = (asked: Asked): Data => {
  const all = dataAt(folderOf(asked));
  return { ...all, conntrack: all.conntrack.slice(0, asked.conntrackOf) };
};

/** Any run, by its folder. */
export const dataAt = (folder: string): Data => {
  const under = (pattern: string): readonly string[] =>
    globSync(pattern, { cwd: folder })
      .sort()
      .map((path) => join(folder, path));
  return {
    folder,
    blobs: under('insights-logs-flowlogflowevent/**/PT1H.json'),
    conntrack: under('conntrack/*'),
    kube: under('kube/*'),
    run: JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunSums,
  };
};

const folderOf = (asked: Asked): string =>
  join(KEPT, hashOf(`${codeHash('simulator', 'src/formats')} ${JSON.stringify(parametersOf(asked))}`));

const parametersOf = (asked: Asked): Parameters => {
  const { conntrackOf: _conntrackOf, ...parameters } = { conntrackOf: 0, ...DEFAULTS, ...COMMON, ...asked };
  return parameters;
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Changes when a program below the folders does: what was made by another is not used again. */
export const codeHash = (...folders: readonly string[]): string => {
  const hash = createHash('sha256');
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,sql}`, { cwd: ROOT }));
  for (const file of files.filter((path) => !/\.(test|testing)\.ts$/.test(path)).sort()) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 12);
};

export const sizeOf = (paths: readonly string[]): number => paths.reduce((sum, path) => sum + statSync(path).size, 0);
