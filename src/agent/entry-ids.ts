import { entryIdOf } from '../formats/conntrack/entry-id.ts';

const NEWLINE = 10;

/** Puts the kernel's ids of the entries that these events begin into `ids`. */
export const addNewIds = (lines: Buffer, ids: Set<string>): void => {
  for (const line of lines.toString('latin1').split('\n')) {
    const id = line.includes('[NEW]') ? entryIdOf(line) : null;
    if (id !== null) ids.add(id);
  }
};

/** The lines of a dump without those of entries with one of these ids. */
export const withoutIds = (lines: Buffer, ids: ReadonlySet<string>): Buffer => {
  if (ids.size === 0) return lines;
  const kept: Buffer[] = [];
  for (let from = 0; from < lines.length; ) {
    const until = lines.indexOf(NEWLINE, from) + 1;
    const line = lines.subarray(from, until);
    from = until;
    const id = entryIdOf(line.toString('latin1', Math.max(0, line.lastIndexOf(' id='))));
    if (id === null || !ids.has(id)) kept.push(line);
  }
  return Buffer.concat(kept);
};
