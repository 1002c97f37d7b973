import type { Edit } from './finding.ts';
import type { Setting, Texts } from './estate/setting.ts';
import type { Spot } from './hcl/value.ts';
import type { Section } from './terraform/configuration.ts';

/** A change as a rule thinks of it. How lines are laid out is decided where the text is at hand (`edits.ts`). */
export type Change =
  | ({ readonly kind: 'edit' } & Edit)
  /** What stands behind the `=` of an argument, whatever decides it now. */
  | {
      readonly kind: 'value';
      readonly file: string;
      readonly from: number;
      readonly until: number;
      readonly text: string;
    }
  /** Lines before the brace that closes a block, indented as what is in it. */
  | { readonly kind: 'into'; readonly file: string; readonly brace: number; readonly lines: readonly string[] }
  /** Lines after the block that ends with the brace. */
  | { readonly kind: 'after'; readonly file: string; readonly brace: number; readonly lines: readonly string[] }
  /** Takes away whole lines: an argument or a block. */
  | { readonly kind: 'remove'; readonly file: string; readonly from: number; readonly until: number };

type InTerraform = { readonly at: Spot; readonly end: number | null };

/** Arguments or blocks that are missing from a block; nothing where it is not Terraform's language. */
export const addInto = ({ at, end }: InTerraform, ...lines: readonly string[]): readonly Change[] =>
  end === null ? [] : [{ kind: 'into', file: at.file, brace: end, lines }];

/** A resource that is missing, behind one that is there. */
export const addAfter = ({ at, end }: InTerraform, ...lines: readonly string[]): readonly Change[] =>
  end === null ? [] : [{ kind: 'after', file: at.file, brace: end, lines }];

/** Another value in the place of the text that decides a setting: the default of a variable, perhaps. */
export const replaceValue = (setting: Setting<unknown>, text: string): readonly Change[] =>
  setting.is === 'set' ? [replaceAt(setting.from, text)] : [];

/** Another value of this argument alone, where the text that decides it now decides more: the location of a resource group. */
export const replaceHere = ({ file, at }: Spot, text: string): readonly Change[] => [
  { kind: 'value', file, from: at.from, until: at.until, text },
];

export const replaceAt = ({ file, at }: Spot, text: string): Change => ({
  kind: 'edit',
  file,
  from: at.from,
  until: at.until,
  text,
});

/** Sets an argument of a block: its value where it is written, a line more where it is not. */
export const setArgument = (
  block: InTerraform,
  name: string,
  setting: Setting<unknown>,
  value: string,
): readonly Change[] =>
  setting.is === 'set'
    ? replaceValue(setting, value)
    : setting.is === 'untold'
      ? []
      : setting.at.at.from === block.at.at.from
        ? addInto(block, `${name} = ${value}`)
        : replaceHere(setting.at, value); // somebody wrote null

/** Takes an argument away, with its line. */
export const removeArgument = (section: Section, name: string): readonly Change[] => {
  const place = section.places.get(name);
  return place === undefined ? [] : [{ kind: 'remove', file: place.file, from: place.at.from, until: place.at.until }];
};

/** Takes a block away. */
export const removeBlock = ({ at, end }: InTerraform): readonly Change[] =>
  end === null ? [] : [{ kind: 'remove', file: at.file, from: at.at.from, until: end + 1 }];

/** A list with other texts in it, where it is written as one. */
export const replaceTexts = ({ from }: Texts, texts: readonly string[]): readonly Change[] =>
  from === null ? [] : [replaceAt(from, `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`)];
