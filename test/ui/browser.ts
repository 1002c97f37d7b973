import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { endAll, type Serving, startServer, unmasq } from '../program.ts';

/** The console as its users have it: the program serves it, a browser shows it. */

export const root = join(import.meta.dirname, '../..');
const recorded = join(root, 'lab/recorded/incident');
/** What the pages looked like, for whoever reads the report of a run. */
const SCREENSHOTS = join(root, 'build/screenshots');

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** With the spans and log lines of the example beside the recorded incident. */
const EVERYTHING = [
  ...['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part)),
  join(root, 'examples/05-what-happened-to-this-request/input'),
];

export interface Console {
  readonly server: Serving;
  readonly browser: Browser;
  readonly dataDir: string;
  close(): Promise<void>;
}

const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });

/** A server over a store of these files, and a browser. */
export const openConsole = async (
  files: readonly string[] = EVERYTHING,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Console> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-ui-'));
  const dataDir = join(folder, 'data');
  if (files.length > 0) {
    const { status, stderr } = unmasq(['ingest', '--data', dataDir, ...files]);
    if (status !== 0) throw new Error(stderr);
  }
  const server = await startServer({ dataDir, flags, env });
  const browser = await openBrowser();
  return {
    server,
    browser,
    dataDir,
    close: async () => {
      await browser.close();
      await server.end();
      endAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Everything that a page complained about: nothing is right. */
export interface Visit {
  readonly page: Page;
  readonly complaints: string[];
}

/** Requests that go anywhere but to the server are complaints too. */
export const visit = async (
  { browser, server }: Pick<Console, 'browser' | 'server'>,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> => {
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
      complaints.push(`asks ${request.url()}`);
  });
  await page.goto(`${server.url}${path}`);
  await settled(page);
  return { page, complaints };
};

const LOOK_EVERY_MS = 100;
const MOST_LOOKS = 900;

/** Until nothing is waited for any more. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor();
  const waiting = page.locator('[data-empty="loading"], [aria-busy="true"]');
  for (let looks = 0; (await waiting.count()) > 0; looks++) {
    if (looks > MOST_LOOKS) throw new Error(`${page.url()} still waits`);
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  // A chart is drawn in the frame after.
  await page.waitForTimeout(150);
};

/** How wide the page is, beside what scrolls in a place of its own. */
export const widthOf = (page: Page): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth');

/** Sentences of axe, one for each rule that is broken, with the elements. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
};

/** Of the whole page; with a dialog over it of what is seen. */
export const keepScreenshot = async (page: Page, name: string, fullPage = true): Promise<void> => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage });
};
