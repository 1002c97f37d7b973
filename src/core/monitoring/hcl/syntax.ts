/** HCL as unmasq sees it: what a file says, each thing with its place. Whoever parses it (`HclReader`) hands this over; core knows no parser. */

/** Line and column count from 1, columns in UTF-16 units; `from` is in, `until` is out, both offsets in the text. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly from: number;
  readonly until: number;
}

/** `.name`, `[expression]`, or `[*]` and `.*`, which what follows is applied to each of. */
export type Step =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression }
  | { readonly kind: 'splat' };

export type Expression = { readonly at: Place } & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'path'; readonly root: Expression; readonly steps: readonly Step[] }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly items: readonly (readonly [Expression, Expression])[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly spread: boolean;
    }
  | { readonly kind: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'for';
      readonly makes: 'list' | 'object';
      readonly key: string | null;
      readonly value: string;
      readonly over: Expression;
      readonly itemKey: Expression | null;
      readonly item: Expression;
      readonly grouped: boolean;
      readonly only: Expression | null;
    }
  /** What could not be read: a syntax error, or a template directive (`%{ if }`), which nothing here needs the text of. */
  | { readonly kind: 'unread'; readonly why: 'syntax' | 'directive' | 'too-deep' }
);

export interface Attribute {
  /** Another file than that of its block: one that overrides it. */
  readonly file?: string;
  readonly name: string;
  readonly at: Place;
  readonly value: Expression;
}

export interface Block {
  /** Another file than that of the block it stands in: one that overrides it. */
  readonly file?: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** Of the header: `resource "a" "b"`. */
  readonly at: Place;
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
  /** The offset of the closing brace: where an argument that is missing would go. */
  readonly end: number;
  /** Something in it could not be read: what it seems to lack may stand there. */
  readonly isTorn?: true;
}

export interface Comment {
  readonly at: Place;
  readonly text: string;
}

export interface SyntaxProblem {
  readonly at: Place;
  readonly says: string;
  /** It may be right, and is longer, deeper or slower to read than is read here. */
  readonly isLimit?: true;
}

export interface HclFile {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly Block[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

/** Reads one file. It never throws: what it cannot read is a problem with a place. */
export type HclReader = (text: string) => HclFile;
