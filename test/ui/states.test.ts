import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { keepScreenshot, openConsole, root, violations, visit } from './browser.ts';

/** What a page says when it has nothing to show: seven states, each with its next step; and that names stay text. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-ui-states-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const recorded = join(root, 'lab/recorded/incident');
const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));

test('without a token nothing is told; with one an empty store says how to begin', async () => {
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, 'read somebody 0123456789abcdef0123\n');
  const served = await openConsole([], ['--token-file', tokens]);
  try {
    const { page } = await visit(served, '/');
    const dialog = page.getByRole('dialog', { name: 'This server wants a token' });
    await dialog.waitFor();
    expect(await page.locator('[data-empty="forbidden"]').count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await keepScreenshot(page, 'state-forbidden', false);
    await dialog.getByLabel('Token').fill('0123456789abcdef0123');
    await dialog.getByRole('button', { name: 'Use it' }).click();
    await page.locator('[data-empty="not-configured"]').waitFor();
    await keepScreenshot(page, 'state-not-configured');
    expect(await violations(page)).toEqual([]);
  } finally {
    await served.close();
  }
}, 240_000);

test('nothing found is told apart: nobody, not yet, filtered away, perhaps lost', async () => {
  const served = await openConsole(parts);
  try {
    const states: readonly (readonly [string, string])[] = [
      ['true-zero', '/who?v=1&dest=198.51.100.1'],
      ['not-yet', '/who?v=1&dest=198.51.100.1&since=2026-11-25T12%3A00%3A00Z&until=2026-11-25T13%3A00%3A00Z'],
      ['degraded', '/who?v=1&dest=198.51.100.1&since=2026-11-25T10%3A20%3A00Z&until=2026-11-25T11%3A00%3A00Z'],
      ['filtered', '/flows?v=1&where=namespace+%3D+nowhere'],
      ['filtered', '/map?v=1&where=namespace+%3D+nowhere'],
      ['filtered', '/map?v=1&where=dest-port+%3D+53&hide=dns'],
    ];
    for (const [state, path] of states) {
      const { page, complaints } = await visit(served, path);
      await page.locator(`[data-empty="${state}"]`).waitFor();
      await keepScreenshot(page, `state-${state}`);
      expect([state, ...(await violations(page)), ...complaints]).toEqual([state]);
      await page.context().close();
    }
  } finally {
    await served.close();
  }
}, 300_000);

test('names of pods stay text, whatever stands in them', async () => {
  const HOSTILE = '<img src=x onerror=alert(1)>';
  const kube = join(folder, 'kube');
  mkdirSync(kube);
  for (const file of readdirSync(join(recorded, 'kube'))) {
    const bytes = readFileSync(join(recorded, 'kube', file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    // The pod, and what owns it: then it is the name of its workload, too.
    const named = text
      .replaceAll('checkout-978fdp2str-842tg', HOSTILE)
      .replaceAll('"checkout-978fdp2str"', `"${HOSTILE}"`);
    writeFileSync(join(kube, file.replace(/\.gz$/, '')), named);
  }
  const served = await openConsole([...parts.filter((part) => !part.endsWith('kube')), kube]);
  try {
    const { page, complaints } = await visit(served, '/who?v=1&dest=203.0.113.66');
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await page
      .getByRole('button', { name: /^Why f_/ })
      .nth(1)
      .click();
    await page.getByRole('dialog').getByText(`pod shop/${HOSTILE} made this flow`).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    const map = await visit(served, '/map');
    await map.page.locator('figure svg text', { hasText: `shop/${HOSTILE.slice(0, 8)}` }).waitFor();
    expect([await map.page.locator('img').count(), map.complaints]).toEqual([0, []]);
  } finally {
    await served.close();
  }
}, 240_000);
