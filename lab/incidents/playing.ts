import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Truth } from './truth.ts';

const PLAY = fileURLToPath(new URL('./play.ts', import.meta.url));

/** Plays a seed in a process of its own and gives its truth; null: it could not be played. */
export const play = (seed: number, out: string, only: string, signal: AbortSignal): Promise<Truth | null> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [PLAY, String(seed), out, only], { stdio: ['ignore', 'pipe', 'inherit'] });
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end);
    let last = '';
    createInterface({ input: child.stdout }).on('line', (line) => (last = line));
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      done(code === 0 ? (JSON.parse(last) as Truth) : null);
    });
  });

/** Why a run that was played counts neither as an incident nor as a healthy run; null: it counts. */
export const whyNot = ({ causes, disturbed, healthy }: Truth): string | null => {
  if (disturbed)
    return `the machine disturbed it: ${healthy.failed} of ${healthy.calls} calls failed where nothing was the matter`;
  const idle = causes.find(({ bit }) => !bit);
  return idle === undefined
    ? null
    : `${idle.cause} did not bite: ${idle.during.failed} of ${idle.during.calls} calls failed`;
};
