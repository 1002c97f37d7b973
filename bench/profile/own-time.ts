import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../data.ts';

/** The part of a profile by V8 that is of use here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

export interface OwnTime {
  /** Below the project; or what of Node it is, in brackets. */
  readonly file: string;
  readonly seconds: number;
  /** The functions that take most of it. */
  readonly functions: readonly { readonly name: string; readonly seconds: number }[];
}

/** Time on the stack's top, by file, the most first. Waiting for a message is none; waiting for a core counts where it was waited. */
export const ownTimes = (profiles: readonly CpuProfile[]): readonly OwnTime[] => {
  const files = new Map<string, Map<string, number>>();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    for (const [i, sample] of samples.entries()) {
      const { functionName, url } = frames.get(sample) as CallFrame;
      if (functionName === '(idle)' || functionName === '(root)') continue;
      const file = fileOf(functionName, url);
      const functions = files.get(file) ?? new Map<string, number>();
      files.set(file, functions);
      const name = functionName || 'at the top or unnamed';
      // V8 tells a step back now and then.
      functions.set(name, (functions.get(name) ?? 0) + Math.max(0, timeDeltas[i] as number) / 1e6);
    }
  }
  return [...files]
    .map(([file, functions]) => {
      const all = [...functions].map(([name, seconds]) => ({ name, seconds })).sort((a, b) => b.seconds - a.seconds);
      return { file, seconds: all.reduce((sum, { seconds }) => sum + seconds, 0), functions: all.slice(0, 3) };
    })
    .sort((a, b) => b.seconds - a.seconds);
};

const fileOf = (functionName: string, url: string): string => {
  if (url.startsWith('file:')) {
    const path = relative(ROOT, fileURLToPath(url));
    return path.replace(/^node_modules\/((?:@[^/]+\/)?[^/]+)\/.*/, '[$1]');
  }
  return functionName.startsWith('(') ? `[${functionName.slice(1, -1)}]` : '[node]';
};
