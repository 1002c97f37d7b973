import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Children, exited } from './children.ts';
import type { LogLine, Preparation, Work } from './plan.ts';

/** A program inside a namespace, ready to be told what to do. */
export interface Actor {
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  readonly exitCode: number | null;
  go(work: Work): void;
  /** As the kubelet does: SIGTERM; the kernel then closes its connections. */
  terminate(): void;
}

const PROGRAM = fileURLToPath(new URL('./pod.ts', import.meta.url));

export const startActor = (
  children: Children,
  namespace: string,
  preparation: Preparation,
  log: (line: LogLine) => void,
): Actor => {
  const child = children.start(namespace, process.execPath, [PROGRAM], ['pipe', 'pipe', 'inherit']);
  const gone = exited(child);
  const stdin = child.stdin;
  const stdout = child.stdout;
  if (stdin === null || stdout === null) throw new Error('a program was started without pipes');
  stdin.on('error', () => undefined);
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine;
      if (line.event === 'ready') resolve();
      log(line);
    });
    void gone.then(() => reject(new Error(`a program in ${namespace} ended before it was ready`)));
  });
  ready.catch(() => undefined);
  stdin.write(`${JSON.stringify(preparation)}\n`);
  return {
    ready,
    gone,
    get exitCode() {
      return child.exitCode;
    },
    go: (work) => void stdin.write(`${JSON.stringify(work)}\n`),
    terminate: () => void child.kill('SIGTERM'),
  };
};
