import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Page, readPage } from './pages.ts';

/** Where a link of a page leads, from the top of the repository; null: out of it. */
export const targetOf = (
  from: string,
  href: string,
): { readonly path: string; readonly anchor: string | null } | null => {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return null;
  const [path = '', anchor] = href.split('#');
  return {
    path: path === '' ? from : normalize(join(dirname(from), decodeURI(path))).replace(/\/$/, ''),
    anchor: anchor ?? null,
  };
};

/** Every link of the pages that leads nowhere: `PAGE: HREF: why`. */
export const brokenLinks = (root: string, paths: readonly string[]): readonly string[] => {
  const pages = new Map<string, Page>();
  const pageAt = (path: string): Page => {
    const known = pages.get(path) ?? readPage(readFileSync(join(root, path), 'utf8'));
    pages.set(path, known);
    return known;
  };
  const whyNot = (from: string, href: string): string | null => {
    const target = targetOf(from, href);
    if (target === null) return null;
    const { path, anchor } = target;
    if (path.startsWith('..')) return 'it is outside';
    if (!existsSync(join(root, path))) return `there is no ${path}`;
    if (anchor === null) return null;
    if (!path.endsWith('.md')) return `${path} has no headings`;
    return pageAt(path).anchors.some(({ id }) => id === anchor) ? null : `${path} has no heading #${anchor}`;
  };
  return paths.flatMap((from) =>
    pageAt(from).links.flatMap((href) => {
      const why = whyNot(from, href);
      return why === null ? [] : [`${from}: ${href}: ${why}`];
    }),
  );
};
