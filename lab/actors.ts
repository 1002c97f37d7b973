import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Children, exited } from './children.ts';
import type { LogLine, Preparation, Work } from './plan.ts';

/** A program inside a namespace: its first line says who it is, and when it is ready it is told more. */
export interface Program<Later> {
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  readonly exitCode: number | null;
  go(told: Later): void;
  /** As the kubelet does: SIGTERM; the kernel then closes its connections. */
  terminate(): void;
}

/** A pod, a node's process or somebody outside, ready to be told what to do. */
export type Actor = Program<Work>;

export const startProgram = <Later>(
  children: Children,
  namespace: string,
  [command = '', ...args]: readonly string[],
  preparation: object,
  log: (line: never) => void,
): Program<Later> => {
  const child = children.start(namespace, command, args, ['pipe', 'pipe', 'inherit']);
  const gone = exited(child);
  const stdin = child.stdin;
  const stdout = child.stdout;
  if (stdin === null || stdout === null) throw new Error('a program was started without pipes');
  stdin.on('error', () => undefined);
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (text) => {
      const line = JSON.parse(text) as { readonly event: string };
      if (line.event === 'ready') resolve();
      log(line as never);
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
    go: (told) => void stdin.write(`${JSON.stringify(told)}\n`),
    terminate: () => void child.kill('SIGTERM'),
  };
};

const PROGRAM = fileURLToPath(new URL('./pod.ts', import.meta.url));

export const startActor = (
  children: Children,
  namespace: string,
  preparation: Preparation,
  log: (line: LogLine) => void,
): Actor => startProgram<Work>(children, namespace, [process.execPath, PROGRAM], preparation, log);
