import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { Benchmark, Outcome } from '../benchmark.ts';
import { chartPage } from '../console-build.ts';
import { dataFor, dataOf, ROOT } from '../data.ts';
import { withConsole } from '../served.ts';
import { MAIN, MAIN_TEXT } from '../sizes.ts';
import { median } from '../stopwatch.ts';
import { destinationRanks } from '../store-sums.ts';
import { attributedStore, CLUSTER, withStore } from '../unmasq.ts';

const VIEWPORT = { width: 1280, height: 900 };
const TIMES = 5;
const POINTS = 100_000;
/** Frames for which it is scrolled. */
const FRAMES = 240;

/** Milliseconds from the address to the answer, every page opened anew. */
const untilAnswered = async (browser: Browser, url: string, what = FIRST): Promise<number> => {
  const ms: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const page = await browser.newPage({ viewport: VIEWPORT, locale: 'en-US' });
    await page.goto(url, { waitUntil: 'commit' });
    ms.push(await page.evaluate<number>(what));
    await page.close();
  }
  return median(ms);
};

/** The first panel has its answer, or all have: how long that took since the page was asked for. */
const answered = (panels: string): string => `(async () => {
  const waits = (panel) => panel.querySelector('[data-empty="loading"]') !== null;
  for (;;) {
    const panels = [...document.querySelectorAll('main .panel')]${panels};
    if (panels.length > 0 && !panels.some(waits)) return performance.now();
    await new Promise(requestAnimationFrame);
  }
})()`;
const FIRST = answered('.slice(0, 1)');
const ALL = answered('');

/** The longest task, in milliseconds, while a list is scrolled from its newest to its oldest row. */
const scrolled = async (
  browser: Browser,
  url: string,
): Promise<{ readonly rows: number; readonly longest: number }> => {
  const page = await browser.newPage({ viewport: VIEWPORT, locale: 'en-US' });
  await page.goto(url);
  await page.waitForSelector('[role="grid"] [role="row"][aria-busy="false"]', { timeout: 120_000 });
  const rows = Number(await page.getAttribute('[role="grid"]', 'aria-rowcount')) - 1;
  const longest = await page.evaluate<number>(`(async () => {
    let longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
    }).observe({ type: 'longtask' });
    const grid = document.querySelector('[role="grid"]');
    for (let frame = 0; frame <= ${FRAMES}; frame++) {
      grid.scrollTop = ((grid.scrollHeight - grid.clientHeight) * frame) / ${FRAMES};
      await new Promise(requestAnimationFrame);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return longest;
  })()`);
  await page.waitForSelector(`[id="flow-row-${rows - 1}"][aria-busy="false"]`, { timeout: 120_000 });
  await page.close();
  return { rows, longest };
};

const chartDrawn = async (browser: Browser): Promise<number> => {
  const folder = await chartPage();
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.route('http://chart.test/**', (route) =>
    route.fulfill({ path: join(folder, new URL(route.request().url()).pathname) }),
  );
  await page.goto('http://chart.test/chart.html');
  const draw = (of: Page): Promise<number> =>
    of.evaluate<number>(`(async () => {
      const begun = performance.now();
      await drawn(${POINTS});
      return performance.now() - begun;
    })()`);
  await draw(page);
  const ms: number[] = [];
  for (let i = 0; i < TIMES; i++) ms.push(await draw(page));
  await page.close();
  return median(ms);
};

/** KB, packed, of the scripts that the first page asks for. */
const firstScripts = (): number => {
  const built = join(ROOT, 'build/ui');
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path ?? '');
  // What they import with a static import is asked for with them, and the page of the way itself.
  const all = new Set([...first, ...globSync('assets/Home-*.js', { cwd: built })]);
  for (const path of all)
    for (const [, of] of readFileSync(join(built, path), 'utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      all.add(`assets/${of}`);
  return [...all].reduce((sum, path) => sum + gzipSync(readFileSync(join(built, path))).length, 0) / 1_000;
};

export const consoleBench: Benchmark = {
  name: 'console',
  unit: 'ms',
  better: 'less',
  floor: 1_500,
  aim: null,
  what: `From the address to the first answer in a browser, of Home or of Who for the busiest destination, whichever is later; the median of ${TIMES}.`,
  limit: 'A browser needs 100 to 200 ms to begin a page on such a machine.',
  peers: 'none.',
  data: MAIN_TEXT,
  rounds: { small: 3, full: 3 },
  prepare: async (scale) => {
    await attributedStore(await dataFor(MAIN[scale]));
    const { status, stderr } = spawnSync('sh', ['tools/console.sh'], { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  },
  run: {
    unmasq: async (scale): Promise<Outcome> => {
      const folder = await attributedStore(dataOf(MAIN[scale]));
      const [busiest] = await withStore(folder, ({ engine }) => destinationRanks(engine));
      return withConsole(folder, async (browser, url) => {
        const of = `cluster=${CLUSTER}`;
        const home = await untilAnswered(browser, `${url}/?v=1&${of}`);
        const whole = await untilAnswered(browser, `${url}/?v=1&${of}`, ALL);
        const who = await untilAnswered(browser, `${url}/who?v=1&${of}&dest=${busiest}`);
        const list = await scrolled(browser, `${url}/flows?v=1&${of}`);
        return {
          value: Math.max(home, who),
          rows: list.rows,
          checksum: { exact: `rows=${list.rows}` },
          cpuSeconds: 0,
          more: {
            'home, ms': home,
            'all of home, ms': whole,
            'who, ms': who,
            'longest task while the list scrolls, ms': list.longest,
            [`chart of ${POINTS.toLocaleString('en-US')} points, ms`]: await chartDrawn(browser),
            'scripts of the first page, KB gzip': firstScripts(),
          },
        };
      });
    },
  },
};
