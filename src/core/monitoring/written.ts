/** A value as somebody wrote it, with the place of each part: `FILE:LINE:COLUMN`, or the flag that said it. */
export type Written =
  | { readonly kind: 'scalar'; readonly at: string; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly at: string; readonly items: readonly Written[] }
  | { readonly kind: 'map'; readonly at: string; readonly members: readonly WrittenMember[] };

export interface WrittenMember {
  readonly name: string;
  /** Of the name. */
  readonly at: string;
  readonly value: Written;
}

const memberNamed = (written: Written | undefined, name: string): WrittenMember | undefined =>
  written?.kind === 'map' ? written.members.find((member) => member.name === name) : undefined;

/** The same with another value at the path; maps on the way to it are made where there are none. */
export const writtenWith = (written: Written | undefined, path: readonly string[], value: Written): Written => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const members = written?.kind === 'map' ? written.members : [];
  const there = members.find((member) => member.name === name);
  const put: WrittenMember = { name, at: there?.at ?? value.at, value: writtenWith(there?.value, rest, value) };
  return {
    kind: 'map',
    at: written?.at ?? value.at,
    members: there === undefined ? [...members, put] : members.map((member) => (member === there ? put : member)),
  };
};

/** Where the value at the path was written; where it was not, the nearest thing around it that was. */
export const placeOf = (written: Written, path: readonly string[]): string => {
  const [name, ...rest] = path;
  const member = name === undefined ? undefined : memberNamed(written, name);
  return member === undefined ? written.at : rest.length === 0 ? member.value.at : placeOf(member.value, rest);
};

/** What is there, in a few words, for a sentence that wanted something else. */
export const gist = (written: Written): string => {
  if (written.kind === 'list') return 'a list';
  if (written.kind === 'map') return 'a map';
  return written.value === null ? 'nothing' : JSON.stringify(written.value).slice(0, 60);
};
