import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unmasq } from '../program.ts';
import { type Console, keepScreenshot, openConsole, root, settled, violations, visit, widthOf } from './browser.ts';

/** The console on the recorded incident: each page's question answered, in both themes, on a laptop and on a phone. */

let console_: Console;
beforeAll(async () => {
  console_ = await openConsole();
}, 180_000);
afterAll(() => console_.close());

const DEST = '203.0.113.66';

const TRACE = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
const PLAN = 'now=nodes%3D48%2Coutbound-ips%3D1%2Cports-per-node%3D0%2Cidle-timeout%3D30&nodes=60&outbound-ips=2';

/** Each page, and what it answers. */
const PAGES: readonly (readonly [string, string, RegExp])[] = [
  ['home', '/', /exact 81\.6%/],
  [
    'who',
    `/who?v=1&dest=${DEST}`,
    /shop\/checkout and node aks-nodepool1-41820763-vmss000002 talked to 203\.0\.113\.66\./,
  ],
  ['flows', '/flows?v=1&where=verdict+%21%3D+exact', /374 flows/],
  ['map', '/map', /Most goes from shop\/cart to 198\.51\.100\.31: 190 of 2,028 flows/],
  ['map-graph', '/map?v=1&show=graph&by=bytes&hide=dns&hide=azure', /Hidden: dns 258 flows, 79\.1 kB/],
  ['snat-status', '/snat', /aks-nodepool1-41820763-vmss000000 holds most ports, up to 160/],
  ['snat-ledger', '/snat?v=1&what=ledger', /The 25 that held most of 48 pairs/],
  ['snat-forecast', '/snat?v=1&what=forecast', /No limit is known that could be reached/],
  ['snat-advice', '/snat?v=1&what=advice', /Nobody who is named|shop\/checkout →|No workload holds/],
  ['snat-plan', `/snat?v=1&what=plan&${PLAN}`, /Bill: \+3\.65 USD a month/],
  ['diagnose', '/diagnose', /No cause was seen; 14 causes cannot be told/],
  ['trace', `/trace?v=1&id=${TRACE}`, /6 spans in 2 pods, 2 flows; 3 spans failed/],
  ['sources', '/sources', /What has arrived/],
];

const FORMS = [
  ['light', 1280],
  ['dark', 1280],
  ['dark', 390],
  ['light', 390],
] as const;

test.each(PAGES)(
  '%s (%s) says %s: in both themes, on a laptop and on a phone',
  async (name, path, says) => {
    const { page, complaints } = await visit(console_, path);
    await page.getByText(says).first().waitFor();
    await settled(page);
    const found: string[] = [];
    for (const [colorScheme, width] of FORMS) {
      const form = `${name}-${colorScheme}-${width}`;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(150);
      await keepScreenshot(page, form);
      const broken = await violations(page);
      found.push(...broken.map((one) => `${form}: ${one}`));
      const wide = await widthOf(page);
      if (wide > width) found.push(`${form}: ${wide} pixels wide`);
    }
    expect([...found, ...complaints]).toEqual([]);
    await page.context().close();
  },
  180_000,
);

test('what is served at / is at most 200 kB of JavaScript, packed, and asks nobody else', () => {
  const folder = join(root, 'build/ui');
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  const first = readdirSync(join(folder, 'assets')).filter((file) => file.endsWith('.js') && index.includes(file));
  const sizes = first.map((file) => gzipSync(readFileSync(join(folder, 'assets', file))).byteLength);
  expect(first.length).toBeGreaterThan(0);
  expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(200 * 1024);
  expect(index).not.toMatch(/https?:\/\//);
  expect(index).not.toMatch(/<script(?![^>]*\bsrc=)|\bstyle=|<style/);
});

test('from the search box to the pod and its evidence, by keyboard alone', async () => {
  const { page, complaints } = await visit(console_, '/');
  await page.keyboard.press('/');
  await page.keyboard.type(`connect to ${DEST}:443 failed`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /shop\/checkout .* talked to 203\.0\.113\.66:443/ }).waitFor();
  const why = page.getByRole('button', { name: /^Why f_/ });
  await why.nth(1).focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByText('pod shop/checkout-978fdp2str-842tg made this flow').waitFor();
  expect(new URL(page.url()).searchParams.get('flow')).toMatch(/^f_/);
  await keepScreenshot(page, 'why-drawer', false);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.getByRole('heading', { name: 'Who was it?' }).waitFor();
  expect(complaints).toEqual([]);
}, 120_000);

test('Enter in the list of flows opens the evidence, and Escape leads back to the list', async () => {
  const { page, complaints } = await visit(console_, '/flows?v=1');
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('heading').first().waitFor();
  // The key that opened it does not go on to close it.
  await page.waitForTimeout(300);
  expect([await drawer.count(), new URL(page.url()).searchParams.get('flow')]).toEqual([
    1,
    expect.stringMatching(/^f_/),
  ]);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
}, 60_000);

test('the console, the API and the command line count alike', async () => {
  const words = ['who', DEST, '--data', console_.dataDir, '-o', 'json', '--steps', '60'];
  const report = JSON.parse(unmasq(words).stdout) as {
    readonly coverage: {
      readonly flows: number;
      readonly byVerdict: Readonly<Record<string, { readonly flows: number }>>;
    };
    readonly over: { readonly steps: readonly Readonly<Record<string, number>>[] };
  };
  const asked = await fetch(`${console_.server.url}/api/v1/who?dest=${DEST}&steps=60`);
  expect(await asked.json()).toEqual(report);
  for (const [verdict, { flows }] of Object.entries(report.coverage.byVerdict))
    expect([verdict, report.over.steps.reduce((sum, step) => sum + (step[verdict] ?? 0), 0)]).toEqual([verdict, flows]);
  const { page } = await visit(console_, `/who?v=1&dest=${DEST}`);
  await page.getByText(`${report.coverage.flows} flows`).first().waitFor();
  const legend = await page.getByRole('list', { name: 'Flows by verdict' }).innerText();
  expect(legend).toContain(`${report.coverage.byVerdict['exact']?.flows} ·`);
});

test('the map counts as the API and the command line do, and leads on by keyboard alone', async () => {
  const words = ['map', '--data', console_.dataDir, '--hide', 'dns', '--limit', '20', '-o', 'json', '--tz', 'UTC'];
  const report = JSON.parse(unmasq(words).stdout) as {
    readonly coverage: { readonly flows: number };
    readonly hidden: readonly { readonly flows: number }[];
    readonly items: readonly { readonly flows: number; readonly to: { readonly name: string } }[];
  };
  const asked = await fetch(`${console_.server.url}/api/v1/map?hide=dns&limit=20&tz=UTC`);
  expect(await asked.json()).toEqual(report);
  const { page, complaints } = await visit(console_, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.getByRole('heading', { name: 'Map', exact: true }).waitFor();
  await page.getByLabel('DNS').focus();
  await page.keyboard.press('Space');
  await page.getByLabel('Largest').selectOption('20');
  await page.getByText(`Hidden: dns ${report.hidden[0]?.flows} flows`).waitFor();
  await page
    .getByText(`${report.coverage.flows.toLocaleString('en-US')} flows`)
    .first()
    .waitFor();
  const view = new URL(page.url()).searchParams;
  expect([view.getAll('hide'), view.get('limit')]).toEqual([['dns'], '20']);
  const table = page.getByRole('button', { name: 'Table' });
  await table.click();
  const rows = await page.locator('figure tbody tr').all();
  const told = await Promise.all(rows.map((row) => row.locator('td').nth(3).innerText()));
  expect(told).toEqual(report.items.map(({ flows }) => flows.toLocaleString('en-US')));
  await keepScreenshot(page, 'map-table', false);
  expect(await violations(page)).toEqual([]);
  await table.click();
  // The sender of the largest edge, then back, then where it goes.
  await page.locator('svg a', { hasText: 'shop/cart' }).first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Flows', exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('where')).toBe('workload = shop/cart');
  await page.goBack();
  await page.locator('svg a', { hasText: '198.51.100.31' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /talked to 198\.51\.100\.31\./ }).waitFor();
  await settled(page);
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);

test('nothing but the console’s own files is served, under a strict policy', async () => {
  const { url } = console_.server;
  const index = await fetch(`${url}/who?dest=1`);
  expect(index.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
  expect(index.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
  expect(index.headers.get('x-frame-options')).toBe('DENY');
  expect(index.headers.get('referrer-policy')).toBe('no-referrer');
  expect(index.headers.get('cache-control')).toBe('no-cache');
  const [, asset = ''] = /src="(\/assets\/[^"]+)"/.exec(await index.text()) ?? [];
  expect((await fetch(`${url}${asset}`)).headers.get('cache-control')).toMatch(/immutable/);
  for (const path of [
    '/package.json',
    '/assets/../index.html/x',
    '/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/whoever',
  ])
    expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 400]);
  expect((await fetch(`${url}/`, { method: 'POST' })).status).not.toBe(200);
});
