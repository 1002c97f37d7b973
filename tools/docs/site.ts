import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { targetOf } from './links.ts';
import { type Page, readPage, renderPage } from './pages.ts';

/** The documentation as files of HTML that need no server. */

/** The first page; beside every other stands what it links to. */
const HOME = 'docs/README.md';
/** Where it is in the site. */
const FIRST = 'index.html';
const STYLE_FILE = 'style.css';

/** `docs/guide/serve.md` → `docs/guide/serve.html`; a folder has a page that lists it. */
const placeOf = (root: string, path: string): string => {
  if (path === HOME) return FIRST;
  if (path.endsWith('.md')) return path.replace(/\.md$/, '.html');
  return statSync(join(root, path)).isDirectory() ? `${path}/index.html` : path;
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Writes all pages that can be reached from the first one, and the files that they link to.
 * @param files what is in the repository, from its top
 * @returns paths of the pages that were written, below `to`
 */
export const buildSite = (root: string, files: readonly string[], to: string): readonly string[] => {
  const pages = reachable(root, files);
  const home = pages.get(HOME);
  if (home === undefined) throw new Error(`there is no ${HOME}`);
  const taken = new Set<string>();
  /** Where a link that is written on one page goes when it stands at a place of the site. */
  const hrefFrom = (from: string, place: string) => (href: string) => {
    const target = targetOf(from, href);
    if (target === null) return href;
    if (!target.path.endsWith('.md')) taken.add(target.path);
    const way = encodeURI(relative(dirname(place), placeOf(root, target.path)));
    return target.anchor === null ? way : `${way}#${target.anchor}`;
  };
  /** By folder: from there its links go. */
  const navigations = new Map<string, string>();
  const navigationAt = (place: string): string => {
    if (place === FIRST) return '';
    const before = navigations.get(dirname(place));
    if (before !== undefined) return before;
    const made = withoutAnchors(renderPage(home, hrefFrom(HOME, place)));
    navigations.set(dirname(place), made);
    return made;
  };
  const write = (place: string, title: string, body: string): string => {
    const path = join(to, place);
    mkdirSync(dirname(path), { recursive: true });
    const navigation = navigationAt(place);
    writeFileSync(
      path,
      documentOf({ title, style: encodeURI(relative(dirname(place), STYLE_FILE)), navigation, body }),
    );
    return place;
  };
  const written = [...pages].map(([path, page]) =>
    write(placeOf(root, path), page.title, renderPage(page, hrefFrom(path, placeOf(root, path)))),
  );
  for (const path of taken) {
    if (!statSync(join(root, path)).isDirectory()) copy(root, path, to);
    else
      written.push(
        write(
          placeOf(root, path),
          path,
          listing(root, path, files, (file) => copy(root, file, to)),
        ),
      );
  }
  writeFileSync(join(to, STYLE_FILE), STYLE);
  return written;
};

const copy = (root: string, path: string, to: string): void => {
  mkdirSync(join(to, dirname(path)), { recursive: true });
  cpSync(join(root, path), join(to, path));
};

/** The files of a folder itself. */
const listing = (root: string, folder: string, files: readonly string[], take: (path: string) => void): string => {
  const here = files.filter((path) => dirname(path) === folder);
  const items = here.map((path) => {
    const name = path.slice(folder.length + 1);
    if (!path.endsWith('.md')) take(path);
    const place = path.endsWith('.md') ? name.replace(/\.md$/, '.html') : name;
    const title = path.endsWith('.md') ? readPage(readFileSync(join(root, path), 'utf8')).title : name;
    return `<li><a href="${encodeURI(place)}">${escaped(title)}</a></li>`;
  });
  return `<h1>${escaped(folder)}</h1>\n<ul>\n${items.join('\n')}\n</ul>\n`;
};

/** The pages that links lead to from the first one; those of a linked folder too. */
const reachable = (root: string, files: readonly string[]): ReadonlyMap<string, Page> => {
  const found = new Map<string, Page>();
  const look = (path: string): void => {
    if (found.has(path)) return;
    const page = readPage(readFileSync(join(root, path), 'utf8'));
    found.set(path, page);
    for (const href of page.links) {
      const to = targetOf(path, href)?.path;
      for (const one of files) if (one.endsWith('.md') && (one === to || dirname(one) === to)) look(one);
    }
  };
  look(HOME);
  return found;
};

/** What is beside a page has no headings to link to. */
const withoutAnchors = (html: string): string =>
  html.replaceAll(/<h(\d) id="[^"]*"><a[^>]*>([^]*?)<\/a><\/h\1>/g, '<h$1>$2</h$1>');

const documentOf = (page: {
  readonly title: string;
  readonly style: string;
  readonly navigation: string;
  readonly body: string;
}): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)} · unmasq</title>
<link rel="stylesheet" href="${page.style}">
</head>
<body>
${page.navigation === '' ? '' : `<nav aria-label="All pages">\n${page.navigation}</nav>\n`}<main>
${page.body}</main>
</body>
</html>
`;

const STYLE = `:root { color-scheme: light dark; --line: #8884; --quiet: #8881; --link: light-dark(#0b5cad, #7db7ff); }
* { box-sizing: border-box; }
body { margin: 0; display: flex; font: 16px/1.55 system-ui, sans-serif; }
main { flex: 1; min-width: 0; max-width: 60rem; padding: 1rem 2rem 4rem; }
nav { flex: 0 0 18rem; height: 100vh; position: sticky; top: 0; overflow: auto; padding: 1rem; border-right: 1px solid var(--line); font-size: 14px; }
nav h1 { font-size: 1.1rem; } nav h2 { font-size: .95rem; margin: 1rem 0 .2rem; } nav p { display: none; }
nav ul { list-style: none; margin: 0; padding: 0; }
a { color: var(--link); } a.anchor { color: inherit; text-decoration: none; } a.anchor:hover { text-decoration: underline; }
pre, code { font: 13.5px/1.45 ui-monospace, monospace; } code { background: var(--quiet); padding: .1em .25em; border-radius: 3px; }
pre { background: var(--quiet); padding: .8rem; overflow: auto; border-radius: 4px; } pre code { background: none; padding: 0; }
.wide { overflow: auto; margin: 1rem 0; } table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
img { max-width: 100%; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; border-bottom: 1px solid var(--line); } main { padding: 1rem; } }
`;
