import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Block,
  blocksRead,
  chainOf,
  dataBlocks,
  parsePosition,
  type Position,
  positionText,
  rangesOf,
  sizeOf,
} from './block-plan.ts';

const block = (id: string, size: number): Block => ({ id, size });
const [HEAD, A, B, C, END] = [block('A', 12), block('D0', 900), block('D1', 800), block('D2', 700), block('Z', 2)];
const hour = (...data: readonly Block[]): readonly Block[] => [HEAD, ...data, END];
const after = (...read: readonly Block[]): Position => ({
  etag: '"1"',
  blocks: read.length,
  bytes: sizeOf(read),
  chain: chainOf(read),
  tail: 't',
});

test.each<[string, readonly Block[], Position | null, number]>([
  ['a blob that was never read', hour(A, B), null, 0],
  ['blocks that were added behind those that were read', hour(A, B, C), after(HEAD, A, B), 3],
  ['nothing that was added', hour(A, B), after(HEAD, A, B), 3],
  ['fewer blocks than were read', hour(A), after(HEAD, A, B), 0],
  ['another last block of the same size', hour(A, block('D9', 800)), after(HEAD, A, B), 0],
  ['another last block', hour(A, C), after(HEAD, A, B), 0],
  ['another block in the midst', hour(C, B), after(HEAD, A, B), 0],
  ['a block of the same id and another size', hour(A, block('D1', 801)), after(HEAD, A, B), 0],
  ['a head alone, which is no record', hour(A), after(HEAD), 0],
])('%s', (_, blocks, position, read) => {
  expect(blocksRead(dataBlocks(blocks) ?? [], position)).toBe(read);
});

test.each<[string, readonly Block[], readonly Block[] | null]>([
  ['an hour without the closing block', hour(A, B), [HEAD, A, B]],
  ['an hour that has just begun', hour(), [HEAD]],
  ['a blob without blocks', [], null],
  ['one block', [HEAD], null],
  ['a copy in blocks of mebibytes', [block('x', 8 << 20), block('y', 8 << 20), block('z', 5)], null],
  ['a copy whose last block is large', [block('x', 12), block('y', 8 << 20)], null],
])('the data blocks of %s', (_, blocks, data) => {
  expect(dataBlocks(blocks)).toEqual(data);
});

test('ranges are all there is to read, in order, no larger than allowed, and cut a block only where it is larger', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.nat(100), fc.integer({ min: 1, max: 40 }), (all, from, most) => {
      const ranges = rangesOf(
        all.map((size, i) => block(`${i}`, size)),
        from,
        most,
      );
      let at = from;
      for (const range of ranges) {
        expect(range.from).toBe(at);
        expect(range.until - range.from).toSatisfy((size: number) => size > 0 && size <= most);
        at = range.until;
      }
      expect(at).toBe(from + all.reduce((sum, size) => sum + size, 0));
      let edge = from;
      const edges = new Set([from, ...all.map((size) => (edge += size))]);
      const cut = ranges.filter(({ until }) => !edges.has(until)).length;
      if (all.every((size) => size <= most)) expect(cut).toBe(0);
    }),
  );
});

test('a position is what was written, or nothing', () => {
  const position = after(HEAD, A, B);
  expect(parsePosition(positionText(position))).toEqual(position);
  for (const text of [undefined, '', '{', 'null', '[]', '{"etag":1}', JSON.stringify({ ...position, bytes: '7' })])
    expect(parsePosition(text)).toBeNull();
});
