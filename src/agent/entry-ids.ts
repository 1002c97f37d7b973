const NEWLINE = 10;
/** The last of the line: an echo has an id of its own before it. */
const ID = /^.* id=(\d+)/;

/** Puts the kernel's ids of the entries that these events begin into `ids`. */
export const addNewIds = (lines: Buffer, ids: Set<string>): void => {
  for (const line of lines.toString('latin1').split('\n')) {
    const id = line.includes('[NEW]') ? ID.exec(line)?.[1] : undefined;
    if (id !== undefined) ids.add(id);
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
    const id = ID.exec(line.toString('latin1', Math.max(0, line.lastIndexOf(' id='))))?.[1];
    if (id === undefined || !ids.has(id)) kept.push(line);
  }
  return Buffer.concat(kept);
};
