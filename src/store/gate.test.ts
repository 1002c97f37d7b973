import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

/** Work that ends when it is told to, and says when it began and ended. */
const worker = (log: string[]) => (name: string) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    end: async () => {
      resolve();
      await turn();
    },
    work: async () => {
      log.push(`${name} begins`);
      await promise;
      log.push(`${name} ends`);
    },
  };
};

test('writes go on together; whoever looks waits for them, and keeps later ones waiting', async () => {
  const [log, gate] = [[] as string[], new Gate(0)];
  const named = worker(log);
  const [a, b, look, c] = ['a', 'b', 'look', 'c'].map(named) as [
    ReturnType<typeof named>,
    ReturnType<typeof named>,
    ReturnType<typeof named>,
    ReturnType<typeof named>,
  ];
  const all = [gate.write(a.work), gate.write(b.work), gate.look(look.work), gate.write(c.work)];
  await turn();
  expect(log).toEqual(['a begins', 'b begins']);
  await b.end();
  await a.end();
  expect(log.slice(2)).toEqual(['b ends', 'a ends', 'look begins']);
  await look.end();
  expect(log.slice(5)).toEqual(['look ends', 'c begins']);
  await c.end();
  await Promise.all(all);
});

test('what fails lets the others in', async () => {
  const gate = new Gate(0);
  await expect(gate.write(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
  await expect(gate.look(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await gate.write((write) => Promise.resolve(write))).toBe(2);
});

test('numbers go on from where they were, and a write gets its own when it begins', async () => {
  const gate = new Gate(41);
  const [numbers, look] = [[] as number[], Promise.withResolvers<void>()];
  const looking = gate.look(() => look.promise);
  const writing = gate.write(async (write) => {
    numbers.push(write);
  });
  expect(gate.next()).toBe(42);
  look.resolve();
  await Promise.all([looking, writing]);
  expect(numbers).toEqual([43]);
});
