import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differences, type Schema } from './json-schema.ts';
import { unmasq } from './program.ts';

/** `unmasq snat plan` as its users start it: it needs no store, so it stands apart from the other shapes. */

const named = (file: string): Schema => JSON.parse(readFileSync(`docs/reference/schemas/${file}`, 'utf8')) as Schema;

test.each<[string, readonly string[]]>([
  ['of little', ['--nodes', '60']],
  ['of a load balancer', ['--nodes', '60', '--outbound-ips', '2', '--ports-per-node', '1600', '--peak', '900']],
  [
    'of everything',
    [
      '--now',
      'nodes=48',
      '--nodes',
      '60',
      '--nat-gateway',
      '--peak',
      'a=7',
      '--opens',
      'a=0.5',
      '--gb',
      '10.5',
      '--private-endpoint',
      'a',
    ],
  ],
])('a plan %s prints the shape that is published', (_, words) => {
  const { status, stdout } = unmasq(['snat', 'plan', ...words, '-o', 'json']);
  expect([0, 3]).toContain(status);
  expect(differences(JSON.parse(stdout), named('snat-plan.schema.json'), named)).toEqual([]);
});
