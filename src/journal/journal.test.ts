import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { frameHead, piecesOf } from './frames.ts';
import { Journal } from './journal.ts';

const OPTIONS = { mostBytes: 1 << 20, stamp: '1795401867032' };
const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'unmasq-journal-'));
  folders.push(made);
  return made;
};
const opened: Journal[] = [];
const open = async (path: string, options = OPTIONS): Promise<Journal> => {
  const journal = await Journal.open(path, options);
  opened.push(journal);
  return journal;
};
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const never = (id: string): never => {
  throw new Error(`segment ${id} was lost`);
};

/** Everything that is handed over, oldest first, each acknowledged. */
const drained = async (journal: Journal, onLost: (id: string) => void = never): Promise<string[]> => {
  const all: string[] = [];
  for (let segment = await journal.oldest(onLost); segment !== null; segment = await journal.oldest(onLost)) {
    all.push(gunzipSync(segment.bytes).toString());
    await journal.remove(segment.id);
  }
  return all;
};

test('what is appended is handed over in order, segment by segment, and gone when it is acknowledged', async () => {
  const path = folder();
  const journal = await open(path);
  for (const part of [['a', 'b'], ['c']]) {
    for (const piece of part) await journal.append(bytes(piece));
    await journal.seal();
  }
  await journal.seal();
  expect(journal.segments).toBe(2);
  expect(await drained(journal)).toEqual(['ab', 'c']);
  expect([journal.bytes, readdirSync(path)]).toEqual([0, []]);
});

test('a segment has the same name and bytes after a restart, until it is acknowledged', async () => {
  const path = folder();
  const first = await open(path);
  await first.append(bytes('a'));
  await first.seal();
  const before = await first.oldest(never);
  const second = await open(path, { ...OPTIONS, stamp: '1795401867999' });
  expect(await second.oldest(never)).toEqual(before);
});

test('the open segment of a killed process is sealed by the next, and its torn tail is told', async () => {
  const path = folder();
  const killed = await open(path);
  await killed.append(bytes('kept'));
  await killed.append(bytes('torn'));
  const [file = ''] = readdirSync(path);
  truncateSync(join(path, file), readFileSync(join(path, file)).length - 1);
  const next = await open(path, { ...OPTIONS, stamp: '1795401867999' });
  expect(next.tornBytes).toBe(8 + 3);
  await next.append(bytes('new'));
  await next.seal();
  expect(await drained(next)).toEqual(['kept', 'new']);
});

test('a process that is killed between sealing and forgetting the open file hands it over once', async () => {
  const path = folder();
  const killed = await open(path);
  await killed.append(bytes('once'));
  const [file = ''] = readdirSync(path);
  const left = readFileSync(join(path, file));
  await killed.seal();
  writeFileSync(join(path, file), left);
  const next = await open(path, { ...OPTIONS, stamp: '1795401867999' });
  expect(await drained(next)).toEqual(['once']);
  expect(readdirSync(path)).toEqual([]);
});

test('a segment whose bytes changed on the disk is not handed over', async () => {
  const path = folder();
  const journal = await open(path);
  await journal.append(bytes('a'));
  await journal.seal();
  await journal.append(bytes('b'));
  await journal.seal();
  appendFileSync(join(path, readdirSync(path)[0] ?? ''), 'x');
  const lost: string[] = [];
  expect(await drained(journal, (id) => lost.push(id))).toEqual(['b']);
  expect(lost).toEqual(['001795401867032-00000000']);
});

test('at the bound a piece is refused whole, and taken again when there is room', async () => {
  const journal = await open(folder(), { ...OPTIONS, mostBytes: 100 });
  expect((await journal.append(new Uint8Array(92))).ok).toBe(true);
  expect(await journal.append(bytes('x'))).toEqual({
    ok: false,
    problem: 'the spool has reached its bound of 100 bytes',
  });
  await journal.seal();
  expect((await journal.append(bytes('x'))).ok).toBe(true);
});

test('a disk that says no is said, and is no crash', async () => {
  const path = folder();
  const journal = await open(path);
  rmSync(path, { recursive: true });
  const { ok } = await journal.append(bytes('x'));
  expect([ok, (await journal.setMark('m')).ok]).toEqual([false, false]);
});

test('the mark is what the last process set', async () => {
  const path = folder();
  const journal = await open(path);
  expect(journal.mark).toBe(null);
  await journal.setMark('one');
  await journal.setMark('two');
  expect((await open(path)).mark).toBe('two');
});

test('law: of a file cut or spoilt anywhere the pieces before it are there, whole', () => {
  const piece = fc.uint8Array({ minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.nat(), fc.boolean(), (written, at, isCut) => {
      const file = Buffer.concat(written.flatMap((one) => [frameHead(one), one]));
      const hurt = at % file.length;
      const spoilt = isCut ? file.subarray(0, hurt) : Buffer.from(file);
      if (!isCut) spoilt[hurt] = (spoilt[hurt] as number) ^ 0x55;
      let whole = 0;
      for (let end = 0; whole < written.length; whole++) {
        end += 8 + (written[whole] as Uint8Array).length;
        if (end > hurt) break;
      }
      const { pieces } = piecesOf(spoilt);
      expect(pieces.map((one) => [...one])).toEqual(written.slice(0, whole).map((one) => [...one]));
    }),
  );
});
