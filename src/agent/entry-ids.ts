import { entryIdOf } from '../formats/conntrack/entry-id.ts';

const NEWLINE = 10;

/** Puts the kernel's ids of the entries that these events begin into `ids`. */
export const addNewIds = (lines: Buffer, ids: Set<string>): void => {
  for (const line of lines.toString('latin1').split('\n')) {
    const id = line.includes('[NEW]') ? entryIdOf(line) : null;
    if (id !== null) ids.add(id);
  }
};

/** The lines of a dump without those of entries with one of these ids, moved to its beginning: no copy of it is made. */
export const withoutIds = (lines: Buffer, ids: ReadonlySet<string>): Buffer => {
  if (ids.size === 0) return lines;
  let kept = 0;
  for (let from = 0; from < lines.length; ) {
    const until = lines.indexOf(NEWLINE, from) + 1;
    const id = entryIdOf(lines.toString('latin1', Math.max(from, lines.lastIndexOf(' id=', until - 1)), until));
    if (id === null || !ids.has(id)) {
      lines.copyWithin(kept, from, until);
      kept += until - from;
    }
    from = until;
  }
  return lines.subarray(0, kept);
};
