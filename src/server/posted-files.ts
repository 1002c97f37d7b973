import { type Trouble, trouble } from '../app/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { MOST_POSTED, type PostedFile } from '../contract/questions.ts';
import type { ByteObject } from '../core/ports.ts';
import { TOO_LARGE } from './request-object.ts';

/** The files that come with a question. They are names and texts: nothing of them is looked for, or kept, on a disk. */
export const readPostedFiles = async (body: ByteObject): Promise<Result<readonly PostedFile[], Trouble>> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of body.read()) {
    if (!piece.ok) return fail(trouble(piece.problem.startsWith(TOO_LARGE) ? 'E608' : 'E607', piece.problem));
    pieces.push(piece.value);
  }
  const files = filesIn(Buffer.concat(pieces).toString('utf8'));
  return files.ok ? files : fail(trouble('E607', `the body: ${files.problem}`, { fix: FIX }));
};

const FIX = 'Send {"files": [{"path": "infra/main.tf", "text": "…"}]}.';

const filesIn = (text: string): Result<readonly PostedFile[], string> => {
  const body = jsonOf(text) as { readonly files?: unknown } | null;
  const listed = body === null || typeof body !== 'object' ? null : body.files;
  if (!Array.isArray(listed) || listed.length === 0) return fail('expected JSON with a list of files, one at least');
  if (listed.length > MOST_POSTED.files) return fail(`more than ${MOST_POSTED.files} files`);
  const files: PostedFile[] = [];
  const seen = new Set<string>();
  for (const [i, one] of (listed as readonly unknown[]).entries()) {
    const { path, text: told } = (one ?? {}) as { readonly path?: unknown; readonly text?: unknown };
    if (typeof path !== 'string' || typeof told !== 'string') return fail(`file ${i + 1}: expected path and text`);
    const wrong = wrongWithPath(path);
    if (wrong !== null) return fail(`file ${i + 1}: its path ${wrong}`);
    if (seen.has(path)) return fail(`file ${i + 1}: its path is that of another one, too`);
    seen.add(path);
    files.push({ path, text: told });
  }
  return ok(files);
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** Whoever sends them chooses the names: one that would mean another place than below here is none. */
const wrongWithPath = (path: string): string | null => {
  if (path.length > MOST_POSTED.pathLength) return `is longer than ${MOST_POSTED.pathLength} characters`;
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'has a character that no path has here';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..') || path === '-')
    return 'is none below a folder: expected one such as infra/main.tf';
  return null;
};
