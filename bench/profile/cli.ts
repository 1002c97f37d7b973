import { fork } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFor, ROOT } from '../data.ts';
import { thisMachine } from '../machine.ts';
import { MAIN } from '../sizes.ts';
import { profiled } from './asked.ts';
import { type CpuProfile, ownTimes } from './own-time.ts';
import { renderProfile, withProfile } from './page.ts';
import type { Profile, Run } from './profile.ts';

/** `npm run profile [-- --flows N] [--save]`: where the time and the bytes of one run go. `--save` puts it on the page. */
const { values } = parseArgs({
  options: { flows: { type: 'string', default: `${MAIN.small.flows}` }, save: { type: 'boolean', default: false } },
});
const flows = Number(values.flows);
if (!Number.isSafeInteger(flows) || flows < 1) {
  console.error(`profile: --flows ${values.flows} is no number of flows`);
  process.exit(2);
}
if (process.platform !== 'linux') {
  console.error('profile: only Linux tells what each thread used');
  process.exit(2);
}
await dataFor(profiled(flows));
const looks = mkdtempSync(join(tmpdir(), 'unmasq-profile-'));
try {
  const run = await new Promise<Run>((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'run.ts'), [`${flows}`], {
      execArgv: [...process.execArgv, '--cpu-prof', `--cpu-prof-dir=${looks}`],
      serialization: 'advanced',
    });
    child.once('message', (told) => child.once('exit', () => resolve(told as Run)));
    child.once('exit', (code) => code !== 0 && reject(new Error(`the run ended with ${code}`)));
  });
  const profiles = globSync(join(looks, '*.cpuprofile')).map(
    (path) => JSON.parse(readFileSync(path, 'utf8')) as CpuProfile,
  );
  const profile: Profile = { ...run, asked: flows, machine: thisMachine(), files: ownTimes(profiles) };
  const text = renderProfile(profile);
  console.log(text);
  const page = join(ROOT, 'docs/reference/profile.md');
  if (values.save) writeFileSync(page, withProfile(readFileSync(page, 'utf8'), text));
} finally {
  rmSync(looks, { recursive: true, force: true });
}
