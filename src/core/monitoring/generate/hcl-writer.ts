/** Terraform as text, laid out as `terraform fmt` does: two blanks a level, `=` of neighbouring one-line arguments in one column. */

/** What stands behind `=`. `code` is an expression as it is: a reference, a call, a template. */
export type HclValue =
  | string
  | number
  | boolean
  | { readonly code: string }
  | { readonly heredoc: string }
  | { readonly json: HclObject }
  | readonly HclValue[]
  | HclObject;

export interface HclObject {
  readonly object: { readonly [key: string]: HclValue };
}

export type HclItem =
  | readonly [name: string, value: HclValue]
  | HclBlock
  | { readonly comment: string }
  /** A blank line. */
  | null;

export interface HclBlock {
  readonly type: string;
  readonly labels?: readonly string[];
  /** Above it. */
  readonly says?: string;
  /** In the order of writing. */
  readonly body: readonly HclItem[];
}

/** `${` and `%{` begin something in a text of Terraform. A replacement that is a text would take `$$` for `$`. */
const plain = (text: string): string => text.replaceAll('${', () => '$${').replaceAll('%{', () => '%%{');

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const asCode = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Of `$${` in a text the first sign is written by its number: three of them would be read as an escape and a beginning. */
const quoted = (text: string): string =>
  `"${plain(text.replaceAll(/[\\"\p{Cc}\u2028\u2029]|[$%](?=[$%]+\{)/gu, (c) => ESCAPES[c] ?? asCode(c)))}"`;

const isList = (value: HclValue): value is readonly HclValue[] => Array.isArray(value);
const isPair = (item: HclItem): item is readonly [string, HclValue] => Array.isArray(item);
const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

const objectLines = ({ object }: HclObject): readonly string[] => {
  const items = aligned(
    Object.entries(object).map(([key, value]) => [/^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key), value] as const),
  );
  return items.length === 0 ? ['{}'] : ['{', ...indented(items), '}'];
};

/** Longer, and each item of a list has a line. */
const SHORT_LIST = 100;

const listLines = (items: readonly HclValue[]): readonly string[] => {
  const written = items.map(valueLines);
  const isShort = written.every((lines) => lines.length === 1) && written.flat().join(', ').length <= SHORT_LIST;
  if (isShort) return [`[${written.flat().join(', ')}]`];
  return [
    '[',
    ...written.flatMap((lines) => indented(lines).map((l, i) => (i === lines.length - 1 ? `${l},` : l))),
    ']',
  ];
};

const valueLines = (value: HclValue): readonly string[] => {
  if (typeof value === 'string') return [quoted(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (isList(value)) return listLines(value);
  if ('code' in value) return value.code.split('\n');
  if ('heredoc' in value) return ['<<-EOT', ...indented(plain(value.heredoc.trimEnd()).split('\n')), 'EOT'];
  if ('object' in value) return objectLines(value);
  const [first = '', ...rest] = objectLines(value.json);
  const lines = [`jsonencode(${first}`, ...rest];
  return lines.map((line, i) => (i === lines.length - 1 ? `${line})` : line));
};

/** Neighbours that each take one line share a column; one that takes several stands alone. */
const aligned = (pairs: readonly (readonly [string, HclValue])[]): readonly string[] => {
  const out: string[] = [];
  let run: (readonly [name: string, line: string])[] = [];
  const flush = (): void => {
    const width = Math.max(...run.map(([name]) => name.length), 0);
    for (const [name, line] of run) out.push(`${name.padEnd(width)} = ${line}`);
    run = [];
  };
  for (const [name, value] of pairs) {
    const [first = '', ...rest] = valueLines(value);
    if (rest.length === 0) run.push([name, first]);
    else if (first.startsWith('<<')) {
      // a here-document still belongs to the column above it
      run.push([name, first]);
      flush();
      out.push(...rest);
    } else {
      flush();
      out.push(`${name} = ${first}`, ...rest);
    }
  }
  flush();
  return out;
};

const bodyLines = (body: readonly HclItem[]): readonly string[] => {
  const out: string[] = [];
  let pairs: (readonly [string, HclValue])[] = [];
  const flush = (): void => {
    out.push(...aligned(pairs));
    pairs = [];
  };
  const apart = (): void => {
    if (out.length > 0 && out.at(-1) !== '' && out.at(-1)?.startsWith('#') !== true) out.push('');
  };
  for (const item of body) {
    if (item !== null && isPair(item)) {
      pairs.push(item);
      continue;
    }
    flush();
    if (item === null) out.push('');
    else if ('comment' in item) {
      apart();
      out.push(...commentLines(item.comment));
    } else {
      apart();
      out.push(...blockLines(item));
    }
  }
  flush();
  return out;
};

export const commentLines = (text: string): readonly string[] => text.split('\n').map((line) => `# ${line}`);

const blockLines = ({ type, labels = [], says, body }: HclBlock): readonly string[] => {
  const head = [type, ...labels.map(quoted)].join(' ');
  const lines = bodyLines(body);
  const above = says === undefined ? [] : commentLines(says);
  return lines.length === 0 ? [...above, `${head} {}`] : [...above, `${head} {`, ...indented(lines), '}'];
};

/** A file: blocks with a blank line between. */
export const writeHcl = (blocks: readonly HclBlock[]): string =>
  `${blocks.map((block) => blockLines(block).join('\n')).join('\n\n')}\n`;

export const code = (text: string): HclValue => ({ code: text });

export const resource = (type: string, label: string, body: readonly HclItem[], says?: string): HclBlock => ({
  type: 'resource',
  labels: [type, label],
  body,
  ...(says === undefined ? {} : { says }),
});

export const data = (type: string, label: string, body: readonly HclItem[], says?: string): HclBlock => ({
  ...resource(type, label, body, says),
  type: 'data',
});

export const variable = (name: string, body: readonly HclItem[]): HclBlock => ({
  type: 'variable',
  labels: [name],
  body,
});
