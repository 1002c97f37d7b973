import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from './browser.ts';

/** Pictures that are kept, and those of now beside them. `UPDATE=1` keeps those of now. */

const KEPT = join(import.meta.dirname, 'pictures');
/** Text is drawn otherwise by another browser: its version stands beside the pictures. */
const VERSION = join(KEPT, 'browser.txt');
const DIFFERENT = join(root, 'build/different');

/** Points of a picture that may differ: what smoothing does to an edge, less than a letter has. */
const TOLERATED_POINTS = 30;
/** Of 255, of one colour of a point. */
const TOLERATED_STEP = 24;

const isUpdate = (): boolean => process.env['UPDATE'] === '1';

/** Why pictures cannot be compared here; null: they can. */
export const incomparable = (browser: Browser): string | null => {
  if (isUpdate()) return null;
  if (!existsSync(VERSION)) return 'no pictures are kept';
  const kept = readFileSync(VERSION, 'utf8').trim();
  return kept === browser.version() ? null : `the pictures are of Chromium ${kept}, and this is ${browser.version()}`;
};

/** The page is as it was kept; else says by how much it is not, and leaves both and the difference under build/different. null: it is. */
export const differenceFrom = async (page: Page, name: string): Promise<string | null> => {
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready');
  // What stands around it changes with every page that there is more.
  const now = await page.locator('main').screenshot({ animations: 'disabled', caret: 'hide' });
  const file = join(KEPT, `${name}.png`);
  if (isUpdate()) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(file, now);
    writeFileSync(VERSION, `${page.context().browser()?.version()}\n`);
    return null;
  }
  if (!existsSync(file)) return `${name}: no picture is kept; UPDATE=1 keeps this one`;
  const kept = readFileSync(file);
  if (kept.equals(now)) return null;
  const { different, says, picture } = await compared(page, kept, now);
  if (different <= TOLERATED_POINTS) return null;
  mkdirSync(DIFFERENT, { recursive: true });
  writeFileSync(join(DIFFERENT, `${name}.now.png`), now);
  writeFileSync(join(DIFFERENT, `${name}.kept.png`), kept);
  writeFileSync(join(DIFFERENT, `${name}.difference.png`), Buffer.from(picture, 'base64'));
  return `${name}: ${says}: see build/different/${name}.difference.png, and keep what is right with UPDATE=1`;
};

interface Compared {
  /** How many points differ. */
  readonly different: number;
  readonly says: string;
  /** PNG in base 64: what differs is red. */
  readonly picture: string;
}

/** The browser reads pictures best. The page under test has a policy of its own, so it is done in an empty one. */
const compared = async (page: Page, kept: Buffer, now: Buffer): Promise<Compared> => {
  const empty = await page.context().newPage();
  try {
    const given = JSON.stringify([kept.toString('base64'), now.toString('base64'), TOLERATED_STEP]);
    return await empty.evaluate<Compared>(`(${COMPARE})(...${given})`);
  } finally {
    await empty.close();
  }
};

const COMPARE = `async (kept, now, step) => {
  const points = async (base64) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + base64;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const on = canvas.getContext('2d');
    on.drawImage(image, 0, 0);
    return { canvas, on, data: on.getImageData(0, 0, image.width, image.height) };
  };
  const [was, is] = [await points(kept), await points(now)];
  const { width, height } = is.data;
  if (was.data.width !== width || was.data.height !== height)
    return { different: width * height, says: was.data.width + ' x ' + was.data.height + ' became ' + width + ' x ' + height, picture: now };
  let different = 0;
  for (let i = 0; i < is.data.data.length; i += 4) {
    const apart = [0, 1, 2].some((of) => Math.abs(is.data.data[i + of] - was.data.data[i + of]) > step);
    if (apart) different += 1;
    is.data.data.set(apart ? [255, 0, 0, 255] : [is.data.data[i], is.data.data[i + 1], is.data.data[i + 2], 70], i);
  }
  is.on.putImageData(is.data, 0, 0);
  return {
    different,
    says: different + ' of ' + width * height + ' points differ',
    picture: is.canvas.toDataURL('image/png').split(',')[1],
  };
}`;
