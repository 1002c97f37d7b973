import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copiesOf, type Image, lastSaid, parseDockerfile, wordsOf } from './dockerfile.ts';

/** What the images say. lab/image.test.ts runs what they hold. */

const root = join(import.meta.dirname, '..');
const imageOf = (name: string): Image =>
  parseDockerfile(readFileSync(join(root, `deploy/image/${name}.Dockerfile`), 'utf8'));

const PLACE = '/opt/unmasq/';
/** Made where the image is built. */
const MADE = `${PLACE}with-net-admin`;

test.each(['server', 'agent'])(
  'the image of the %s is of one base, nobody’s, and begins with files that it holds',
  (name) => {
    const image = imageOf(name);
    const bases = image.stages.map(([from]) => from?.rest.split(' ')[0]);
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim']));
    expect(lastSaid(image, 'USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const copied = copiesOf(image);
    expect(copied.map(([from]) => from).filter((from) => !existsSync(join(root, from)))).toEqual([]);
    const paths = wordsOf(image, 'ENTRYPOINT').filter((word) => word.startsWith(PLACE) && word !== MADE);
    expect(paths.length).toBeGreaterThan(0);
    const isHeld = (path: string): boolean =>
      copied.some(([, to]) => to === '' || path === PLACE + to || path.startsWith(`${PLACE}${to}/`)) &&
      existsSync(join(root, path.slice(PLACE.length)));
    expect(paths.filter((path) => !isHeld(path))).toEqual([]);
  },
);

test('an image takes from outside what `npm run pack` makes, and nothing else', () => {
  for (const name of ['server', 'agent']) {
    const instructions = imageOf(name).stages.flat();
    expect(instructions.filter(({ word }) => word === 'ADD').map(({ rest }) => rest)).toEqual([
      // eslint-disable-next-line no-template-curly-in-string
      'unmasq-${VERSION}.tar.gz /opt/',
    ]);
    const fromOutside = instructions.filter(({ word, rest }) => word === 'COPY' && !rest.startsWith('--from=laid '));
    expect(fromOutside).toEqual([]);
  }
});

test('the program has one arena of memory, however it is begun', () => {
  expect(lastSaid(imageOf('server'), 'ENV')).toBe('MALLOC_ARENA_MAX=1');
  const tells = 'data:text/javascript,console.log(process.env.MALLOC_ARENA_MAX)';
  const options = { env: { ...process.env, NODE_OPTIONS: `--import=${tells}` }, encoding: 'utf8' } as const;
  expect(spawnSync(join(root, 'bin/unmasq'), ['version'], options).stdout.split('\n')[0]).toBe('1');
});

test('the image of the agent holds no engine, no store and no server', () => {
  const held = copiesOf(imageOf('agent')).map(([, to]) => to);
  expect(held.filter((to) => /store|server|kusto|sources|chdb/.test(to))).toEqual([]);
  expect(held).not.toContain('');
  expect(held).not.toContain('src');
  expect(held.filter((to) => to.startsWith('node_modules'))).toEqual(['node_modules/commander']);
});
