import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CONSOLE_PAGES } from '../contract/console-pages.ts';

/** The console as it was built: what is there is read once, so that no name in a request ever becomes a path. */
export interface ConsoleFiles {
  /** `/index.html`, `/assets/index-CWnm3Rzd.js`. */
  readonly byPath: ReadonlyMap<string, ConsoleFile>;
}

interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

const INDEX = '/index.html';
/** Their names change with what is in them. */
const HASHED = '/assets/';
const A_YEAR = 'public, max-age=31536000, immutable';

/**
 * Nothing but what this server sends is run, shown or asked; nobody frames it. React sets styles through the DOM, which the policy does
 * not mean: no inline style is needed.
 */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** null: it was not built. */
export const loadConsole = async (folder: string): Promise<ConsoleFiles | null> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const byPath = new Map<string, ConsoleFile>();
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    const within = posix.join('/', path.slice(folder.length).replaceAll('\\', '/'));
    byPath.set(within, { type, body, gzipped: gzipSync(body, { level: 9 }) });
  }
  return byPath.has(INDEX) ? { byPath } : null;
};

const NOT_BUILT = `unmasq answers here: GET /api/v1/openapi.json says what.

Its console was not built. In the checkout, once:

    npm run setup

then start the server again.
`;

const isPage = (path: string): boolean => CONSOLE_PAGES.some((page) => page === path);

/** Whether the path is the console's: one of its pages, built or not, or a file of it. */
export const isOfConsole = (console: ConsoleFiles | null, path: string): boolean =>
  isPage(path) || console?.byPath.has(path) === true;

/** Answers GET and HEAD for a path that is the console's. */
export const answerConsole = (
  console: ConsoleFiles | null,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const file = console?.byPath.get(isPage(path) ? INDEX : path);
  response.setHeader('Content-Security-Policy', POLICY);
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  if (file === undefined) {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(NOT_BUILT);
    return;
  }
  const { type, body, gzipped } = file;
  const isGzipped = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', path.startsWith(HASHED) ? A_YEAR : 'no-cache');
  response.setHeader('Vary', 'Accept-Encoding');
  if (isGzipped) response.setHeader('Content-Encoding', 'gzip');
  const sent = isGzipped ? gzipped : body;
  response.setHeader('Content-Length', sent.byteLength);
  response.end(request.method === 'HEAD' ? undefined : sent);
};
