import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lock } from './lock.ts';

let folder: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-lock-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

/** A second process that takes the folder, says so, and keeps it until it is killed. */
const otherOwner = async (before = ''): Promise<ChildProcess> => {
  const script = `import { lock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}; ${before} lock(process.argv[1]); console.log('mine'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};

test('a folder that another process has is refused, and the owner is named', async () => {
  const owner = await otherOwner();
  expect(() => lock(folder)).toThrow(
    expect.objectContaining({
      code: 'E_STORE_BUSY',
      message: expect.stringContaining(`process ${owner.pid} on ${hostname()}`) as string,
    }),
  );
});

test('a folder whose owner was killed is taken over', async () => {
  const owner = await otherOwner();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(existsSync(join(folder, 'owner.json'))).toBe(true);
  const unlock = lock(folder);
  unlock();
  expect(readdirSync(folder)).toEqual([]);
});

const isLinux = process.platform === 'linux';

// Only /proc tells that a process has ended which its parent has not asked about.
test.runIf(isLinux)('an owner that was killed and that its parent never asks about is gone', async () => {
  const script = `import { lock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}; lock(process.argv[1]); console.log(process.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(
    'sh',
    ['-c', '"$0" "$@" & exec sleep 600', process.execPath, '--input-type=module-typescript', '-e', script, folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(parent);
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const owner = Number(String(said));
  process.kill(owner, 'SIGKILL');
  lock(folder)();
  expect(() => process.kill(owner, 0)).not.toThrow();
});

test.runIf(isLinux)('an owner that is about to end is waited for', async () => {
  for (let times = 0; times < 3; times += 1) {
    const owner = await otherOwner(`globalThis.held = Buffer.alloc(${256 * 1_048_576}, 1);`);
    owner.kill('SIGKILL');
    lock(folder)();
    expect(readdirSync(folder)).toEqual([]);
  }
});

test('a folder is free again once its owner lets it go', () => {
  lock(folder)();
  lock(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test('the same process cannot open a folder twice', () => {
  const unlock = lock(folder);
  expect(() => lock(folder)).toThrow(expect.objectContaining({ code: 'E_STORE_BUSY' }));
  unlock();
});

test.each<[string, string]>([
  ['a lock that a broken disk cut short', '{"pid":'],
  ['a lock of a process that is no more', JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '1' })],
  [
    'a lock whose number another process has now',
    JSON.stringify({ pid: process.pid, host: hostname(), started: 'long ago' }),
  ],
])('%s is taken over', (_, owner) => {
  writeFileSync(join(folder, 'owner.json'), owner);
  lock(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of another machine is respected: whether its owner lives cannot be seen from here', () => {
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: 1, host: 'another-machine', started: '1' }));
  expect(() => lock(folder)).toThrow(
    expect.objectContaining({ code: 'E_STORE_BUSY', message: expect.stringContaining('another-machine') as string }),
  );
});

test('the copy of a folder that is in use is free', () => {
  const unlock = lock(folder);
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  try {
    lock(copy)();
    expect(() => lock(folder)).toThrow(expect.objectContaining({ code: 'E_STORE_BUSY' }));
  } finally {
    unlock();
    rmSync(copy, { recursive: true });
  }
});

test('a folder that cannot be written to is said to be that', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => lock(join(folder, 'file'))).toThrow(expect.objectContaining({ code: 'E_STORE_FOLDER' }));
});
