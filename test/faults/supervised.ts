import { type ServerAsked, startServer } from '../program.ts';

/** A server that is started again whenever it ends, on the same port and undisturbed: as a kubelet does. */
export const supervised = async (asked: ServerAsked) => {
  let server = await startServer(asked);
  const port = Number(new URL(server.url).port);
  const recoveries: number[] = [];
  let isEnding = false;
  let again: Promise<void> = Promise.resolve();
  const startAgain = async (): Promise<void> => {
    await server.ended;
    if (isEnding) return;
    const began = performance.now();
    server = await startServer({ ...asked, port });
    recoveries.push(performance.now() - began);
    again = startAgain();
  };
  again = startAgain();
  return {
    url: (): string => server.url,
    pid: (): number => server.pid,
    /** How long it took each time until it listened again, ms. */
    recoveries,
    /** Resolves when it is there again. */
    kill: async (): Promise<void> => {
      const restarted = again;
      process.kill(server.pid, 'SIGKILL');
      await restarted;
    },
    end: async (): Promise<number | null> => {
      isEnding = true;
      return server.end();
    },
  };
};
