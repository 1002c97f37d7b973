import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../src/base/result.ts';

/** What CHANGELOG.md says of one version, without its heading: node tools/release-notes.ts VERSION. */
export const releaseNotes = (changelog: string, version: string): Result<string, string> => {
  const sections = changelog.split(/^## /m).slice(1);
  const versions = sections.map((section) => (section.split('\n', 1)[0] ?? '').trim());
  // `## 1.2.0`, and with its day `## 1.2.0 (2026-12-01)`.
  const at = versions.findIndex((heading) => heading.split(' ', 1)[0] === version);
  const section = sections[at];
  if (section === undefined) return fail(`CHANGELOG.md has no version ${version}; it has ${versions.join(', ')}`);
  const notes = section.slice(section.indexOf('\n') + 1).trim();
  return notes === '' ? fail(`CHANGELOG.md says nothing of version ${version}`) : ok(`${notes}\n`);
};

if (process.argv[1] === import.meta.filename) {
  const version = process.argv[2] ?? 'Unreleased';
  const notes = releaseNotes(readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8'), version);
  if (notes.ok) process.stdout.write(notes.value);
  else {
    console.error(`release-notes: ${notes.problem}`);
    process.exitCode = 1;
  }
}
