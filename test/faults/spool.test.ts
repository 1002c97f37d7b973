import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { endAll, openStage, type Stage, startAgent, startServer } from '../../lab/agent-stage.ts';
import { type Burst, burst, compare } from '../../lab/agent-told.ts';
import { canRun } from '../../lab/can-run.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';

/** The agent over real NAT, with a spool on a disk of its own. */
const may = await canRun();
const folder = mkdtempSync(join(tmpdir(), 'unmasq-spool-'));
const [tokens, token] = [join(folder, 'tokens'), join(folder, 'token')];
writeFileSync(tokens, 'ingest agent agent-0123456789abcdef\n');
writeFileSync(token, 'agent-0123456789abcdef');
const disks: SmallDisk[] = [];
let stage: Stage;
beforeAll(async () => {
  if (may.ok) stage = await openStage(1);
});
afterEach(endAll);
afterAll(async () => {
  if (may.ok) await stage.close();
  for (const disk of disks) disk.gone();
  rmSync(folder, { recursive: true, force: true });
});

const skipped = may.ok ? '' : ` (skipped: ${may.why})`;
const SOUND = /nothing is lost any more/;
const BACK_WITHIN_MS = 10_000;
const MOST_LINES = 20;
const NO_ROOM = /the spool cannot be written/;

const setUp = (name: string, kib: number) => {
  const disk = smallDisk(join(folder, `${name}-spool`), kib);
  disks.push(disk);
  const data = join(folder, `${name}-data`);
  return {
    disk,
    serve: (port = 0) => startServer(data, `0.0.0.0:${port}`, ['--token-file', tokens]),
    agent: (port: number) =>
      startAgent(stage.namespace, {
        server: `http://${stage.here}:${port}`,
        node: stage.node.name,
        spool: disk.path,
        flags: ['--token-file', token],
      }),
    burstTo: (dest: string) => ({ data, dest, times: join(folder, `${name}-${dest}`) }),
  };
};

test.skipIf(!may.ok)(
  `T7 the disk of the spool is full while no server is there, and the agent is killed: it begins again, and goes on by itself${skipped}`,
  async () => {
    const { serve, agent: agentOf, burstTo } = setUp('away', 1_408);
    const away = await serve();
    await away.end();
    const before = agentOf(away.port);
    await before.line(SOUND);
    const [first, later] = [burstTo('203.0.113.10'), burstTo('203.0.113.25')];
    await burst(stage.pod, 40_000, 8_000, first);
    await before.line(NO_ROOM);
    await before.end('SIGKILL');
    const agent = agentOf(away.port);
    await agent.line(/nf_conntrack_events=/);
    // Entries end meanwhile: what was let go is in no table any more.
    await after(8_000);
    const server = await serve(away.port);
    await agent.line(SOUND);
    await burst(stage.pod, 500, 1_000, later);
    await after(1_000);
    expect(await agent.end()).toBe(0);
    await server.end();
    const { sent, told, twice, silentlyLost, gaps } = await compare(first);
    console.log(`${told} of ${sent} are told, the rest lies in gaps`);
    expect({ twice, silentlyLost }).toEqual({ twice: 0, silentlyLost: 0 });
    expect(told).toBeGreaterThan(0);
    expect(gaps.some(({ why }) => NO_ROOM.test(why))).toBe(true);
    expect(told, 'nothing was let go: the test shows nothing').toBeLessThan(sent);
    expect(await compare(later)).toMatchObject({ sent: 500, told: 500, twice: 0, silentlyLost: 0 });
  },
  60_000,
);

test.skipIf(!may.ok)(
  `T7 others fill the disk of the spool while the server is there: a gap says so, and it ends soon after there is room${skipped}`,
  async () => {
    const { disk, serve, agent: agentOf, burstTo } = setUp('filled', 8_192);
    const server = await serve();
    const agent = agentOf(server.port);
    await agent.line(SOUND);
    const [before, during, later] = ['203.0.113.80', '203.0.113.81', '203.0.113.66'].map(burstTo) as [
      Burst,
      Burst,
      Burst,
    ];
    await burst(stage.pod, 500, 1_000, before);
    await after(1_500);
    disk.fill();
    await burst(stage.pod, 6_000, 2_000, during);
    await agent.line(NO_ROOM);
    // Entries end meanwhile: what was let go is in no table any more.
    await after(8_000);
    const sound = (): number => agent.said.filter((line) => SOUND.test(line)).length;
    const earlier = sound();
    const began = performance.now();
    disk.free();
    while (sound() === earlier) await after(20);
    const soundAfter = performance.now() - began;
    await burst(stage.pod, 500, 1_000, later);
    await after(1_000);
    expect(await agent.end()).toBe(0);
    await server.end();
    const { sent, told, twice, silentlyLost, gaps } = await compare(during);
    console.log(
      `${told} of ${sent} are told, the rest lies in gaps; sound ${Math.round(soundAfter)} ms after there was room`,
    );
    expect({ twice, silentlyLost }).toEqual({ twice: 0, silentlyLost: 0 });
    expect(told, 'nothing was let go: the test shows nothing').toBeLessThan(sent);
    expect(gaps.some(({ why }) => NO_ROOM.test(why))).toBe(true);
    expect(soundAfter).toBeLessThan(BACK_WITHIN_MS);
    // A disk that is full for days is no log of days.
    expect(agent.said.length).toBeLessThan(MOST_LINES);
    for (const other of [before, later])
      expect(await compare(other)).toMatchObject({ sent: 500, told: 500, twice: 0, silentlyLost: 0 });
  },
  60_000,
);
