import { expect, test } from 'vitest';
import { Turn } from './turn.ts';
import { Turns } from './turns.ts';

const ONE_AT_A_TIME = (): Turns => new Turns(1, Number.POSITIVE_INFINITY);

test('while one waits for bytes another has its turn, and the first goes on when that is over', async () => {
  const turns = ONE_AT_A_TIME();
  const coming = Promise.withResolvers<string>();
  const happened: string[] = [];
  const slow = (async () => {
    const turn = await Turn.of(turns);
    const bytes = async function* (): AsyncGenerator<string> {
      yield 'first';
      yield await coming.promise;
    };
    for await (const piece of turn.lending(bytes())) happened.push(piece);
    turn.end();
  })();
  const other = await Turn.of(turns);
  coming.resolve('second');
  await coming.promise;
  happened.push('other');
  other.end();
  await slow;
  expect(happened).toEqual(['first', 'other', 'second']);
  (await Turn.of(turns)).end();
});

test('what a source throws is thrown, and the turn is had again: it ends once', async () => {
  const turns = ONE_AT_A_TIME();
  const turn = await Turn.of(turns);
  const failing = async function* (): AsyncGenerator<string> {
    yield 'first';
    throw new Error('it broke off');
  };
  const read = async (): Promise<void> => {
    for await (const piece of turn.lending(failing())) expect(piece).toBe('first');
  };
  await expect(read()).rejects.toThrow('it broke off');
  turn.end();
  (await Turn.of(turns)).end();
});
