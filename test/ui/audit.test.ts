import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Audit, CostDifference, CostEstimate } from '../../src/contract/answers.ts';
import { unmasq } from '../program.ts';
import { type Console, keepScreenshot, openConsole, root, settled, violations, visit, widthOf } from './browser.ts';

/** The page of the monitoring: what is wrong, what could be answered, what it costs; of the server's files and of those that are dropped. */

const EXAMPLE = 'examples/10-what-is-wrong-with-our-monitoring/input';
const INFRA = `${EXAMPLE}/infra`;
const SPEC = `${EXAMPLE}/monitoring.yaml`;

let console_: Console;
beforeAll(async () => {
  process.chdir(root);
  console_ = await openConsole([], ['--audit', INFRA, '--spec', SPEC]);
}, 180_000);
afterAll(() => console_.close());

const PARTS: readonly (readonly [string, string, RegExp])[] = [
  ['audit-findings', '/audit', /\d+ findings in 2 files/],
  ['audit-answers', '/audit?v=1&what=answers', /Of 5 questions/],
  ['audit-cost', '/audit?v=1&what=cost', /The monitoring of overlay costs at least \$/],
  ['audit-what-if', '/audit?v=1&what=cost&set=inventory.interval%3D5m', /a month: \$[\d,.]+ less/],
];
const FORMS = [
  ['light', 1280],
  ['dark', 1280],
  ['dark', 390],
  ['light', 390],
] as const;

test.each(PARTS)(
  '%s (%s) says %s: in both themes, on a laptop and on a phone',
  async (name, path, says) => {
    const { page, complaints } = await visit(console_, path);
    await page.getByText(says).first().waitFor();
    const found: string[] = [];
    for (const [colorScheme, width] of FORMS) {
      const form = `${name}-${colorScheme}-${width}`;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(150);
      await keepScreenshot(page, form);
      found.push(...(await violations(page)).map((one) => `${form}: ${one}`));
      const wide = await widthOf(page);
      if (wide > width) found.push(`${form}: ${wide} pixels wide`);
    }
    expect([...found, ...complaints]).toEqual([]);
    await page.context().close();
  },
  180_000,
);

const json = (...words: readonly string[]): unknown => JSON.parse(unmasq([...words, '-o', 'json']).stdout);
const money = (usd: number | null): string =>
  usd === null
    ? '?'
    : `${usd < 0 ? '−' : ''}$${Math.abs(usd).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

test('audit: the console, the API and the command line say the same', async () => {
  const report = json('audit', INFRA) as Audit;
  const asked = await fetch(`${console_.server.url}/api/v1/audit`);
  expect(await asked.json()).toEqual(report);
  const { page, complaints } = await visit(console_, '/');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.getByRole('heading', { name: 'Audit & cost' }).waitFor();
  await page.getByText(`${report.findings.length} findings in`).waitFor();
  const items = page.locator('.finding');
  expect(await items.count()).toBe(report.findings.length);
  const first = report.findings[0];
  expect(await items.first().locator('summary').innerText()).toContain(
    `${first?.line}:${first?.column} ${first?.code}`,
  );
  const mended = report.findings.findIndex(({ diff }) => diff !== '');
  const item = items.nth(mended);
  await item.evaluate((details: { open: boolean }) => {
    details.open = true;
  });
  expect(await item.locator('.diff').textContent()).toBe(report.findings[mended]?.diff);
  expect(await item.getByRole('link').first().getAttribute('href')).toBe(report.findings[mended]?.doc);
  // One severity, by keyboard; the address has it.
  await page.getByRole('button', { name: /^▲ warning/ }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/severity=warning/);
  expect(await items.count()).toBe(report.summary.warning);
  await page.getByRole('link', { name: 'What it can answer' }).click();
  await page.getByText('Of 5 questions').waitFor();
  const costs = await page.locator('.table-text tbody tr td:nth-child(3)').allInnerTexts();
  expect(costs).toEqual(
    report.answerability.map(({ answerable, cost: { alone, isAtLeast } }) =>
      !/^(?:yes|partly)$/.test(answerable) ? '–' : alone === null ? '?' : `${isAtLeast ? '≥ ' : ''}${money(alone)}`,
    ),
  );
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);

test('audit: what another setting would cost is what the command line says', async () => {
  const estimate = json('cost', 'estimate', SPEC) as CostEstimate;
  const { page, complaints } = await visit(console_, '/audit?v=1&what=cost');
  await page.getByText(`costs at least ${money(estimate.monthly)} a month`).waitFor();
  expect(await page.locator('section[aria-labelledby="bill"] tbody tr td:nth-child(4)').allInnerTexts()).toEqual(
    estimate.items.map(({ monthly }) => money(monthly)),
  );
  await page.getByLabel('Inventory each').selectOption('5m');
  await page.waitForURL(/set=inventory\.interval%3D5m/);
  await page.getByLabel('Plan of ContainerLogV2').selectOption('Basic');
  await page.waitForURL(/ContainerLogV2/);
  const set = ['inventory.interval=5m', 'workspace.tables.ContainerLogV2.plan=Basic'];
  const diff = json('cost', 'diff', SPEC, ...set.flatMap((one) => ['--set', one])) as CostDifference;
  await page.getByText(`a month: ${money(-diff.monthlyChange)} less`).waitFor();
  // A setting that Azure has not is told in words, and the knobs stay.
  await page.getByLabel('Plan of KubePodInventory').selectOption('Auxiliary');
  await page.getByText(/Azure has Analytics for it/).waitFor();
  await page.getByRole('button', { name: 'As it is' }).click();
  await page.getByText(`costs at least ${money(estimate.monthly)} a month`).waitFor();
  // The refused question is an answer of the server, which the browser notes.
  expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
  await page.context().close();
}, 120_000);

test('audit: files that are chosen are audited in their place, and hostile names stay text', async () => {
  const { page, complaints } = await visit(console_, '/audit');
  await page.getByText(/findings in 2 files/).waitFor();
  const HOSTILE = '<img src=x onerror=alert(1)>.kql';
  const choose = page.getByLabel('Choose files');
  await choose.setInputFiles([
    { name: HOSTILE, mimeType: 'text/plain', buffer: Buffer.from('KubePodInventory | project PodIpp\n') },
    { name: 'monitoring.yaml', mimeType: 'text/plain', buffer: readFileSync(join(root, SPEC)) },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
  ]);
  await page.getByText('2 files of yours').waitFor();
  await page.getByText('1 other passed over').waitFor();
  await page.getByRole('heading', { name: HOSTILE }).waitFor();
  await settled(page);
  expect(await page.locator('img').count()).toBe(0);
  await keepScreenshot(page, 'audit-dropped', false);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('link', { name: 'What it costs' }).click();
  await page.getByText('The monitoring of overlay costs').waitFor();
  await choose.setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }]);
  await page.getByText('None of these files sets up monitoring').waitFor();
  await page.getByRole('button', { name: 'Back to those of the server' }).click();
  await page.getByRole('link', { name: 'What is wrong' }).click();
  await page.getByText(/findings in 2 files/).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
}, 120_000);

test('audit: nothing wrong, nothing of that kind, nothing to look at and nothing allowed are told apart', async () => {
  const clean = {
    name: 'a.kql',
    mimeType: 'text/plain',
    buffer: Buffer.from('KubePodInventory | where TimeGenerated > ago(1h) | project Name\n'),
  };
  const { page } = await visit(console_, '/audit?v=1&severity=critical');
  await page.getByText(/findings in 2 files/).waitFor();
  await page.getByLabel('Choose files').setInputFiles([clean]);
  await page.locator('[data-empty="true-zero"]').waitFor();
  expect(await violations(page)).toEqual([]);
  await keepScreenshot(page, 'state-audit-true-zero');
  await page.context().close();
}, 120_000);
