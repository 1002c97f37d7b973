import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { ByteObject } from '../../core/ports.ts';
import { filesAt } from './file-objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, bytes: string | Uint8Array): string => {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, bytes);
  return whole;
};
/** Reads what its first argument names, in a process of its own: there a shell can hand it a pipe. */
const SCRIPT = `import(${JSON.stringify(join(import.meta.dirname, 'file-objects.ts'))}).then(async ({ filesAt }) => {
  const { objects, skipped } = await filesAt([process.argv[1]], () => null);
  for (const { why } of skipped) process.stdout.write(why);
  for (const object of objects) for await (const piece of object.read()) process.stdout.write(piece.value);
})`;
const noStdin = (): Readable => Readable.from([]);
const textOf = async (object: ByteObject | undefined): Promise<string> => {
  let text = '';
  for await (const piece of object?.read() ?? [])
    text += piece.ok ? Buffer.from(piece.value).toString('latin1') : `!${piece.problem}`;
  return text;
};

test('a folder is walked in the order of names, links that lead back are read once, litter and hidden files are counted', async () => {
  put('walk/y=2026/m=11/m=00/PT1H.json', 'b');
  put('walk/a.json', 'a');
  put('walk/.hidden', 'x');
  put('walk/Thumbs.db', 'x');
  symlinkSync(join(folder, 'walk'), join(folder, 'walk/loop'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'walk/dangling'));
  const { objects, skipped } = await filesAt([join(folder, 'walk')], noStdin);
  expect(await Promise.all(objects.map(textOf))).toEqual(['a', 'b']);
  expect(skipped.map(({ name, why, isProblem }) => [name.slice(folder.length), why, isProblem])).toEqual([
    ['/walk/.hidden', 'hidden', false],
    ['/walk/Thumbs.db', 'left behind by another program', false],
    ['/walk/dangling', 'a link that leads nowhere', true],
    ['/walk/loop', 'the same as another path', false],
  ]);
});

test('a path that does not exist is a counted problem beside the good ones', async () => {
  const good = put('good.json', 'g');
  const { objects, skipped } = await filesAt([join(folder, 'none'), good, good], noStdin);
  expect(objects).toHaveLength(1);
  expect(skipped.map(({ why }) => why)).toEqual(['there is no such file', 'the same as another path']);
});

test.skipIf(process.platform === 'win32')(
  'a pipe is read where it was named, and never waited for inside a folder',
  async () => {
    put('piped/a.json', 'a');
    const pipe = join(folder, 'piped/pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const walked = await filesAt([join(folder, 'piped')], noStdin);
    expect(await Promise.all(walked.objects.map(textOf))).toEqual(['a']);
    expect(walked.skipped).toMatchObject([
      { name: pipe, why: expect.stringMatching(/pipe .* in a folder/), isProblem: true },
    ]);
    const named = await filesAt([pipe], noStdin);
    const [text] = await Promise.all([
      textOf(named.objects[0]),
      promisify(execFile)('sh', ['-c', 'printf hello > "$0"', pipe]),
    ]);
    expect(text).toBe('hello');
  },
);

test.runIf(process.platform === 'linux')('a pipe that a shell made is read, though its link leads to no path', () => {
  const out = execFileSync('bash', ['-c', `"$0" -e "$1" <(printf hello)`, process.execPath, SCRIPT], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  });
  expect(out).toBe('hello');
});

test('a hidden file that is named is read', async () => {
  const { objects } = await filesAt([put('.named', 'n')], noStdin);
  expect(await textOf(objects[0])).toBe('n');
});

test.each<[string, Uint8Array, string]>([
  ['gzip is unpacked whatever the name', gzipSync('hello'), 'hello'],
  [
    'members that stand one behind the other are all read',
    Buffer.concat([gzipSync('one '), gzipSync('two')]),
    'one two',
  ],
  [
    'a gzip that was cut gives what there is, then says so',
    gzipSync('x'.repeat(9)).subarray(0, 14),
    'xxxxxxxxx!the gzip ends too early: the file was not copied whole',
  ],
  ['plain bytes stay as they are', Buffer.from('plain'), 'plain'],
  ['a single byte is no gzip', Buffer.from([0x1f]), '\x1f'],
  ['an empty file gives nothing', Buffer.alloc(0), ''],
])('%s', async (_, bytes, expected) => {
  const { objects } = await filesAt([put('case.bin', bytes)], noStdin);
  expect(await textOf(objects[0])).toBe(expected);
});

test('a file that unpacks to more than a thousand times its size is refused before it fills the memory', async () => {
  const { objects } = await filesAt([put('bomb.gz', gzipSync(Buffer.alloc(80 * 1_048_576), { level: 9 }))], noStdin);
  let bytes = 0;
  let problem = '';
  for await (const piece of objects[0]?.read() ?? []) {
    if (piece.ok) bytes += piece.value.length;
    else problem = piece.problem;
  }
  expect(problem).toMatch(/more than 1,000 times its size/);
  expect(bytes).toBeLessThan(80 * 1_048_576);
});

test('standard input is read once, in pieces of any size', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 5 })), fc.boolean(), async (pieces, packed) => {
      const whole = Buffer.concat(pieces);
      const sent = packed ? [...gzipSync(whole)].map((b) => Buffer.from([b])) : pieces.map((p) => Buffer.from(p));
      fc.pre(packed || !(whole[0] === 0x1f && whole[1] === 0x8b));
      const { objects } = await filesAt(['-', '-'], () => Readable.from(sent, { objectMode: false }));
      expect(objects).toHaveLength(1);
      expect(await textOf(objects[0])).toBe(whole.toString('latin1'));
    }),
    { numRuns: 50 },
  );
});
