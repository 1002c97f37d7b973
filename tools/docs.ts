import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { brokenLinks } from './docs/links.ts';
import { buildSite } from './docs/site.ts';

/** npm run docs: the documentation as HTML in build/docs; a link that leads nowhere ends it. */
const root = join(import.meta.dirname, '..');
const to = join(root, 'build/docs');
const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 26 })
  .split('\0')
  .filter((path) => path !== '');
const broken = brokenLinks(
  root,
  files.filter((path) => path.endsWith('.md')),
);
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exitCode = 1;
} else {
  rmSync(to, { recursive: true, force: true });
  const pages = buildSite(root, files, to);
  console.log(`${pages.length} pages: ${join(to, 'index.html')}`);
}
