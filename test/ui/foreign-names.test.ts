import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Console, keepScreenshot, openConsole, root, settled, visit } from './browser.ts';

/** Names that somebody else chose, pages on paper and on the narrowest phone, and folders that are dropped. */

let console_: Console;
beforeAll(async () => {
  process.chdir(root);
  console_ = await openConsole();
}, 180_000);
afterAll(() => console_.close());

/** Texts of the map that reach beyond its picture, or beyond what is seen of it where it does not scroll, in pixels. */
const beyond = (
  form: 'sankey' | 'graph',
): string => `[...document.querySelectorAll('.map svg')].flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => {
  const [inner, outer] = [text.getBoundingClientRect(), ${form === 'sankey' ? 'svg.parentElement' : 'svg'}.getBoundingClientRect()];
  return [text.textContent, Math.round(Math.max(outer.left - inner.left, inner.right - outer.right))];
}).filter(([, by]) => by > 0))`;

test.each([
  ['sankey', 320],
  ['sankey', 1280],
  ['graph', 320],
  ['graph', 1280],
] as const)(
  'no name of the %s is cut at %d pixels without its end, and each can be had whole',
  async (form, width) => {
    const { page, complaints } = await visit(console_, `/map?v=1&show=${form}&limit=100`, {
      viewport: { width, height: 900 },
    });
    await page.locator('.map svg text').first().waitFor();
    await keepScreenshot(page, `map-${form}-${width}`);
    expect(await page.evaluate(beyond(form))).toEqual([]);
    const places = page.locator('.map .map-place');
    for (let i = 0; i < (await places.count()); i += 1) {
      const [shown = '', whole = ''] = await Promise.all([
        places.nth(i).locator('text').textContent(),
        places.nth(i).locator('title').textContent(),
      ]).then((both) => both.map((text) => text ?? ''));
      const [head = ''] = shown.split('…');
      expect(whole.startsWith(shown.includes('…') ? head : '')).toBe(true);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('on paper there is nothing to press and nothing that leads on', async () => {
  for (const path of ['/map', '/flows?v=1', '/snat', '/who?v=1&dest=203.0.113.66']) {
    const { page } = await visit(console_, path);
    await page.emulateMedia({ media: 'print' });
    const seen = await page.locator('nav:visible, button:visible, .top:visible, .skip:visible').count();
    expect([path, seen, await page.locator('h1:visible').count()]).toEqual([path, 0, 1]);
    await page.context().close();
  }
}, 120_000);

test('names are isolated: one that is read from the right turns nothing beside it', async () => {
  const { page } = await visit(console_, '/flows?v=1');
  await page.locator('[role="gridcell"]').first().waitFor();
  const turned = await page.evaluate(
    `[...document.querySelectorAll('[role="gridcell"], td, main span')].filter((one) => getComputedStyle(one).unicodeBidi !== 'isolate').length`,
  );
  expect(turned).toBe(0);
  await page.context().close();
}, 60_000);

test('a folder that is dropped is audited, with the folders in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-dropped-'));
  mkdirSync(join(folder, 'infra/queries'), { recursive: true });
  writeFileSync(join(folder, 'infra/main.tf'), 'resource "azurerm_log_analytics_workspace" "ws" {\n  nam = "ws"\n}\n');
  writeFileSync(join(folder, 'infra/queries/a.kql'), 'KubePodInventory | project PodIpp\n');
  writeFileSync(join(folder, 'infra/notes.txt'), 'x');
  const { page, complaints } = await visit(console_, '/audit');
  const place = page.locator('.drop');
  await place.scrollIntoViewIfNeeded();
  const box = (await place.boundingBox()) as { x: number; y: number; width: number; height: number };
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [join(folder, 'infra')], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', { type, ...at, data });
  await page.getByText('2 files of yours').waitFor();
  await settled(page);
  await page.getByRole('heading', { name: 'infra/main.tf' }).waitFor();
  await page.getByRole('heading', { name: 'infra/queries/a.kql' }).waitFor();
  await page.getByText('1 other passed over').waitFor();
  expect(complaints.filter((one) => !one.includes('404'))).toEqual([]);
  await page.context().close();
  rmSync(folder, { recursive: true });
}, 120_000);
