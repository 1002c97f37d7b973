import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Console, openConsole, root, settled, visit } from './browser.ts';
import { differenceFrom, incomparable } from './pictures.ts';

/** The key pages look as they did: their pictures are kept in test/ui/pictures, in both themes, and compared point by point. */

const EXAMPLE = 'examples/10-what-is-wrong-with-our-monitoring/input';
/** Loaded before the program. */
const ON_ONE_DAY = { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'on-one-day.ts')}` };
let console_: Console;
beforeAll(async () => {
  process.chdir(root);
  const files = ['--audit', `${EXAMPLE}/infra`, '--spec', `${EXAMPLE}/monitoring.yaml`];
  console_ = await openConsole(undefined, files, ON_ONE_DAY);
}, 180_000);
afterAll(() => console_.close());

const RANGE = 'since=2026-11-25T10%3A20%3A00Z&until=2026-11-25T10%3A21%3A00Z';
const PAGES: readonly (readonly [string, string])[] = [
  ['who', `/who?v=1&dest=203.0.113.66&${RANGE}`],
  ['snat', `/snat?v=1&${RANGE}`],
  ['diagnose', `/diagnose?v=1&${RANGE}`],
  ['trace', `/trace?v=1&id=7d444840-9dc0-11d1-b245-5ffdce74fad2`],
  ['audit', '/audit?v=1'],
  ['cost', '/audit?v=1&what=cost&set=inventory.interval%3D5m'],
];

test.each(PAGES)(
  '%s looks as it did',
  async (name, path) => {
    const why = incomparable(console_.browser);
    if (why !== null) {
      console.warn(`pictures are not compared: ${why}`);
      return;
    }
    const { page } = await visit(console_, path, { reducedMotion: 'reduce' });
    await page.waitForLoadState('networkidle');
    const found: (string | null)[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      found.push(await differenceFrom(page, `${name}-${colorScheme}`));
    }
    expect(found.filter((one) => one !== null)).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('a picture that changed is told', async () => {
  if (incomparable(console_.browser) !== null || process.env['UPDATE'] === '1') return;
  const { page } = await visit(console_, '/audit?v=1', { reducedMotion: 'reduce', colorScheme: 'dark' });
  expect(await differenceFrom(page, 'audit-light')).toMatch(/points differ/);
  await page.context().close();
}, 120_000);
