import type { Spot, Value } from '../hcl/value.ts';

/** The body of a resource or of a block in it, worked out. */
export interface Section {
  readonly spot: Spot;
  /** The offset of the closing brace: where an argument that is missing would be written. */
  readonly end: number;
  readonly arguments: ReadonlyMap<string, Value>;
  /** Where each argument is written, from its name to the end of its value. */
  readonly places: ReadonlyMap<string, Spot>;
  readonly blocks: ReadonlyMap<string, readonly Section[]>;
  /** Blocks that are there or not, by a `dynamic` whose list is not told. */
  readonly maybe: ReadonlySet<string>;
}

export interface Resource {
  /** `module.net[0].azurerm_subnet.nodes["a"]`, as Terraform prints it. */
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly body: Section;
  /** False: a count or a for_each that is not told may make none of it, or several. */
  readonly certain: boolean;
}

/** Why something that is made is not looked at. */
export type WhyAbsent =
  | { readonly kind: 'not-here'; readonly source: string } // the files of the module
  | { readonly kind: 'calls-itself'; readonly source: string }
  | { readonly kind: 'too-many'; readonly what: Countable; readonly looked: number; readonly left: number }
  | { readonly kind: 'too-long'; readonly looked: number }; // more expressions than are worked out: from `spot` on

export type Countable = 'instances' | 'blocks' | 'modules';

/** What is made and not looked at: whatever is missing may be in it. */
export interface Absent {
  readonly address: string;
  readonly why: WhyAbsent;
  readonly spot: Spot;
}

/** A name that nothing declares. */
export interface Undeclared {
  readonly name: string;
  readonly spot: Spot;
  /** A declared name that is spelt nearly so; null: none is. */
  readonly meant: string | null;
}

/** What one root module makes; a plan of Terraform makes one too, so that no rule knows which it was. */
export interface Configuration {
  readonly root: string;
  /** Folders of the modules that it is made of. */
  readonly folders: readonly string[];
  readonly resources: readonly Resource[];
  readonly absent: readonly Absent[];
  readonly undeclared: readonly Undeclared[];
  /** Versions of azurerm that the root asks for, as written; null: it does not say. */
  readonly providerVersion: string | null;
  /** It is what a plan makes: its arguments have what Azure gives out among them, and no one wrote their names. */
  readonly isPlan: boolean;
  /** What the root says by name: `var.x`, `local.x`, `output.x`. Of a plan it is not looked at. */
  readonly says: ReadonlyMap<string, Value>;
}

export const argument = (section: Section | undefined, name: string): Value | undefined => section?.arguments.get(name);

export const block = (section: Section | undefined, ...path: readonly string[]): Section | undefined => {
  let at: Section | undefined = section;
  for (const name of path) at = at?.blocks.get(name)?.[0];
  return at;
};

export const blocks = (section: Section | undefined, name: string): readonly Section[] =>
  section?.blocks.get(name) ?? [];

/** Where an argument stands that is written, or else the block that lacks it. */
export const placeOf = (section: Section, name: string): Spot => section.places.get(name) ?? section.spot;
