import { ERRORS } from '../../src/app/errors.ts';
import { capital, page } from './markdown-text.ts';

/** docs/reference/errors.md: every code, with what to do. */
export const errorsPage = (): string =>
  page([
    '# Errors',
    '',
    'Every error has a code that never changes and is never used again. On the terminal it says what failed, why, and what to do;',
    'with `-o json` the same is one JSON object on stderr: `{"error":{"code","message","why","fix"}}`. `--debug` adds the stack trace.',
    'Made of `src/app/errors.ts`; do not edit.',
    '',
    ...Object.entries(ERRORS).flatMap(([code, { says, fix, exit }]) => [
      `## ${code}`,
      '',
      `${capital(says)}. Exit code ${exit}.`,
      '',
      fix,
      '',
    ]),
  ]);
