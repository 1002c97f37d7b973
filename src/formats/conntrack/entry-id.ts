/** The last of the line: an echo has an id of its own before it. */
const ID = /^.* id=(\d+)/;

/** The kernel's id of the entry that a line shows; null: it shows none. */
export const entryIdOf = (line: string): string | null => ID.exec(line)?.[1] ?? null;
