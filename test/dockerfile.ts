import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';

/** A Dockerfile as far as ours go: stages, instructions of one line or continued ones, exec forms in JSON. */

export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

export interface Image {
  /** Each begins with its FROM. */
  readonly stages: readonly (readonly Instruction[])[];
}

export const parseDockerfile = (text: string): Image => {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === '') throw new Error(`no instruction: ${line}`);
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest });
  }
  return { stages };
};

/** What the last stage says with this word; the last of several counts, as in an image. */
export const lastSaid = ({ stages }: Image, word: string): string | null =>
  stages.at(-1)?.findLast((one) => one.word === word)?.rest ?? null;

/** `["node", "main.ts"]`. A text for a shell is none: there may be no shell. */
export const wordsOf = (image: Image, word: string): readonly string[] => {
  const said = lastSaid(image, word);
  return said === null ? [] : (JSON.parse(said) as readonly string[]);
};

/** `COPY --from=laid /opt/unmasq/src/agent src/agent`, as paths below /opt/unmasq. */
export const copiesOf = ({ stages }: Image): readonly (readonly [from: string, to: string])[] => {
  const within = (path: string): string => path.replace(/^\/opt\/unmasq\/?/, '');
  return (stages.at(-1) ?? [])
    .filter(({ word }) => word === 'COPY')
    .map(({ rest }) => {
      const [flag, from = '', to = ''] = rest.split(' ');
      if (flag !== '--from=laid' || !from.startsWith('/opt/unmasq')) throw new Error(`not of the release: ${rest}`);
      return [within(from), within(to)] as const;
    });
};

/** Lays what the image holds of `release` below `to`, on the same disk. */
export const layImage = (image: Image, release: string, to: string): void => {
  for (const [from, into] of copiesOf(image)) {
    mkdirSync(join(to, dirname(into)), { recursive: true });
    if (into === '') execFileSync('cp', ['-al', '--no-target-directory', release, to]);
    else cpSync(join(release, from), join(to, into), { recursive: true });
  }
};
