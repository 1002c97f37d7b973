/** How a server writes its revisions as resource versions. Clients must not read anything into them. */
export interface Versions {
  write(revision: number): string;
  /** null: no version of this server. */
  read(version: string): number | null;
}

const backwards = (text: string): string => Array.from(text).toReversed().join('');

export const NUMBERS: Versions = {
  write: String,
  read: (version) => (/^\d+$/.test(version) ? Number(version) : null),
};

/** Neither numbers nor in any order: whoever compares or counts them is found out. */
export const OPAQUE: Versions = {
  write: (revision) => `v.${backwards(revision.toString(36))}`,
  read: (version) => (/^v\.[0-9a-z]+$/.test(version) ? Number.parseInt(backwards(version.slice(2)), 36) : null),
};
