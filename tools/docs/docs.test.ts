import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { brokenLinks } from './links.ts';
import { readPage } from './pages.ts';
import { REFERENCE_PAGES } from './reference-pages.ts';
import { buildSite } from './site.ts';

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const pages = files.filter((path) => path.endsWith('.md'));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.entries(REFERENCE_PAGES))(
  'docs/reference/%s is what the sources say (UPDATE=1 writes it)',
  (name, written) => {
    const path = join(root, 'docs/reference', name);
    if (process.env['UPDATE'] === '1') writeFileSync(path, written());
    expect(readFileSync(path, 'utf8')).toBe(written());
  },
);

test('every link of every page leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(80);
  expect(brokenLinks(root, pages)).toEqual([]);
});

test.each([
  ['a page that there is not', '[x](gone.md)', 'page.md: gone.md: there is no gone.md'],
  ['a heading that there is not', '[x](#gone)', 'page.md: #gone: page.md has no heading #gone'],
  ['a heading of a file without any', '[x](code.ts#L3)', 'page.md: code.ts#L3: code.ts has no headings'],
  ['an image', '![x](gone.png)', 'page.md: gone.png: there is no gone.png'],
  ['what is outside', '[x](../gone.md)', 'page.md: ../gone.md: it is outside'],
])('%s is found', (_, text, found) => {
  writeFileSync(
    join(folder, 'page.md'),
    `# Title\n\n## The \`second\`: one, two\n\n[a](#the-second-one-two) [b](code.ts) ${text}\n`,
  );
  writeFileSync(join(folder, 'code.ts'), '');
  expect(brokenLinks(folder, ['page.md'])).toEqual([found]);
});

test('headings have the anchors that GitHub gives them', () => {
  const { anchors } = readPage('# A *b* `c_d`\n\n## Who, what & why?\n\n## Same\n\n## Same\n\n## 0050: für alle\n');
  expect(anchors.map(({ id }) => id)).toEqual(['a-b-c_d', 'who-what--why', 'same', 'same-1', '0050-für-alle']);
});

test('pages that the program and its files name are there, with the heading', () => {
  const named = files
    .filter((path) => /^(?:src|deploy|bin|kql|examples)\/.*\.(?:ts|yaml|tf|json|Dockerfile|txt)$/.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(/\bdocs\/(?:guide|reference|decisions)\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(
        ([href]) => `${path} ${href}`,
      ),
    );
  expect(named.length).toBeGreaterThan(50);
  const lost = named.filter((one) => {
    const [, href = ''] = one.split(' ');
    const [path = '', anchor] = href.split('#');
    return (
      !existsSync(join(root, path)) ||
      (anchor !== undefined && !readPage(read(path)).anchors.some(({ id }) => id === anchor))
    );
  });
  expect(lost).toEqual([]);
});

test('the first page leads to every page of guide and reference', () => {
  const linked = new Set(readPage(read('docs/README.md')).links.map((href) => `docs/${href.split('#')[0]}`));
  expect(pages.filter((path) => /^docs\/(?:guide|reference)\//.test(path) && !linked.has(path))).toEqual([]);
});

test('the site has every page, and every link of it leads to a file, and to a heading of it', {
  timeout: 120_000,
}, () => {
  const site = join(folder, 'site');
  const written = buildSite(root, files, site);
  const html = new Map(written.map((place) => [place, readFileSync(join(site, place), 'utf8')]));
  const ids = new Map(
    [...html].map(([place, text]) => [place, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  expect(pages.filter((path) => /^docs\/\w+\//.test(path) && !html.has(path.replace(/\.md$/, '.html')))).toEqual([]);
  const lost = [...html].flatMap(([place, text]) =>
    [...text.matchAll(/ (?:href|src)="([^"]+)"/g)].flatMap(([, href = '']) => {
      if (/^[a-z]+:/.test(href)) return [];
      const [path = '', id] = decodeURI(href).split('#');
      const target = path === '' ? place : normalize(join(dirname(place), path));
      const isThere = existsSync(join(site, target)) && (id === undefined || ids.get(target)?.has(id) === true);
      return isThere ? [] : [`${place}: ${href}`];
    }),
  );
  expect(lost).toEqual([]);
  expect([...html].filter(([, text]) => !/<title>[^<]+ · unmasq<\/title>/.test(text))).toEqual([]);
});
