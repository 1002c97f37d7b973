import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../data.ts';
import { needsOf } from './fleet.ts';
import { measured } from './measured.ts';
import { renderSizing } from './page.ts';

/** `npm run sizing -- --nodes N --flows N [--peak N] [--keep DAYS] [--replicas N] [--cores N]`: what a fleet needs; `--save` writes the page. */
const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '100' },
    flows: { type: 'string', default: '10000' },
    peak: { type: 'string', default: '2' },
    keep: { type: 'string', default: '30' },
    replicas: { type: 'string', default: '1' },
    cores: { type: 'string', default: '16' },
    save: { type: 'boolean', default: false },
  },
});

const numberOf = (name: Exclude<keyof typeof values, 'save'>, least: number): number => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= least) return value;
  console.error(`sizing: --${name} ${values[name]}: a number from ${least} on`);
  process.exit(2);
};

const of = measured();
if (values.save) writeFileSync(join(ROOT, 'docs/reference/sizing.md'), renderSizing(of));
else {
  const fleet = {
    nodes: numberOf('nodes', 1),
    flowsPerSecond: numberOf('flows', 0.001),
    peak: numberOf('peak', 1),
    keepDays: numberOf('keep', 1),
    replicas: numberOf('replicas', 1),
    coresOfShard: numberOf('cores', 1),
  };
  for (const how of ['live', 'batch'] as const) {
    const needs = needsOf(fleet, how, of);
    console.log(`${how === 'live' ? 'told all the time' : 'hours that are over'}:`);
    console.log(
      `  engines  ${needs.engineCores.toFixed(1)} cores in use in the busiest hour: ${needs.shards} shards of ${fleet.coresOfShard}`,
    );
    console.log(
      `  writing  ${needs.writerCores.toFixed(1)} cores, ${needs.writers} ${needs.writers === 1 ? 'process' : 'processes, as many stores'}`,
    );
    console.log(
      `  disk     ${needs.terabytes.facts.toFixed(2)} TB of facts, ${needs.terabytes.verdicts.toFixed(2)} TB of verdicts`,
    );
  }
}
