import { parseCidr, parseIp } from '../base/ip.ts';

/**
 * Which flows, in words: `dest = 203.0.113.0/24 and dest-port in (443, 5432) and verdict != exact`. One parser for the command line, the API and the
 * console; what it comes to are the parameters of the question `flows`, so that nothing can be asked here that cannot be asked there.
 */

export interface FilterField {
  /** A parameter of `flows`. */
  readonly name: FieldName;
  readonly also: readonly string[];
  readonly says: string;
  /** All that it may be; null: too many to list. */
  readonly values: readonly string[] | null;
  /** What is wrong with a value; null: nothing. */
  readonly wrongWith: (value: string) => string | null;
}

export type FieldName = 'dest' | 'dest-port' | 'src' | 'proto' | 'verdict' | 'namespace' | 'workload' | 'node';

/** What was understood: to each parameter its values, of which one is to fit. */
export type FilterParameters = Readonly<Partial<Record<FieldName, readonly string[]>>>;

/** A mistake, and where: `[from, until)` in the text. */
export interface FilterMistake {
  readonly from: number;
  readonly until: number;
  readonly says: string;
}

export type Filtered =
  | { readonly ok: true; readonly parameters: FilterParameters }
  | { readonly ok: false; readonly mistake: FilterMistake };

const VERDICTS = ['exact', 'probable', 'ambiguous', 'relayed', 'node', 'unattributed'];
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp'];

const wrongAddress = (value: string): string | null =>
  parseIp(value).ok || parseCidr(value).ok || isEndpoint(value) ? null : 'expected an IP, a CIDR or IP:PORT';

const isEndpoint = (value: string): boolean => {
  const [, v4, v6, port] = /^(?:([\d.]+)|\[([0-9a-fA-F:.]+)\]):(\d{1,5})$/.exec(value) ?? [];
  const ip = v4 ?? v6;
  return ip !== undefined && parseIp(ip).ok && Number(port) <= 65_535;
};

const wrongAmong =
  (all: readonly string[]) =>
  (value: string): string | null =>
    all.includes(value.toLowerCase()) ? null : `expected ${all.join(', ')}${didYouMean(value, all)}`;

const anything = (): null => null;

export const FILTER_FIELDS: readonly FilterField[] = [
  {
    name: 'dest',
    also: ['dst', 'to'],
    says: 'IP, CIDR or IP:PORT that it went to',
    values: null,
    wrongWith: wrongAddress,
  },
  {
    name: 'dest-port',
    also: ['dport', 'port'],
    says: 'port that it went to',
    values: null,
    wrongWith: (value) =>
      /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? null : 'expected a port from 0 to 65535',
  },
  { name: 'verdict', also: [], says: 'how sure it is who sent it', values: VERDICTS, wrongWith: wrongAmong(VERDICTS) },
  {
    name: 'workload',
    also: ['pod', 'from'],
    says: 'NAMESPACE/NAME, KIND/NAME or a bare name',
    values: null,
    wrongWith: anything,
  },
  { name: 'namespace', also: ['ns'], says: 'of the workload that sent it', values: null, wrongWith: anything },
  { name: 'node', also: [], says: 'that it left through', values: null, wrongWith: anything },
  { name: 'src', also: [], says: 'IP, CIDR or IP:PORT on the wire', values: null, wrongWith: wrongAddress },
  {
    name: 'proto',
    also: ['protocol'],
    says: 'tcp, udp, … or a number',
    values: PROTOCOLS,
    wrongWith: (value) => (/^\d{1,3}$/.test(value) ? null : wrongAmong(PROTOCOLS)(value)),
  },
];

interface Token {
  readonly kind: 'word' | 'sign';
  readonly text: string;
  readonly isQuoted: boolean;
  readonly from: number;
  readonly until: number;
}

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|(!=|==|=|\(|\)|,)|([^\s=!(),"']+)|(\S))/gy;

const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [whole, double, single, sign, word, other] = found;
    const said = double ?? single ?? sign ?? word ?? other ?? '';
    const isQuoted = double !== undefined || single !== undefined;
    const from = found.index + whole.length - whole.trimStart().length;
    tokens.push({
      kind: sign === undefined ? 'word' : 'sign',
      text: said,
      isQuoted,
      from,
      until: found.index + whole.length,
    });
  }
  return tokens;
};

/** An empty text filters nothing. */
export const parseFlowFilter = (text: string): Filtered => {
  const parameters: Partial<Record<FieldName, readonly string[]>> = {};
  let rest = tokensOf(text);
  while (rest.length > 0) {
    const condition = conditionOf(rest, text.length);
    if ('mistake' in condition) return { ok: false, mistake: condition.mistake };
    const { field, values, at } = condition;
    if (parameters[field] !== undefined)
      return mistake(at, `${field} stands twice: write ${field} in (…, …), of which one is to fit`);
    parameters[field] = values;
    const [joint, ...after] = condition.rest;
    if (joint === undefined) break;
    if (isWord(joint, 'or'))
      return mistake(joint, 'conditions hold together: several values of one field are written FIELD in (A, B)');
    if (!isWord(joint, 'and')) return mistake(joint, `expected "and", got "${joint.text}"`);
    if (after.length === 0)
      return mistake({ from: joint.until, until: joint.until }, `expected a field behind "and": ${fieldNames()}`);
    rest = after;
  }
  return { ok: true, parameters };
};

interface Condition {
  readonly field: FieldName;
  readonly values: readonly string[];
  readonly at: Pick<Token, 'from' | 'until'>;
  readonly rest: readonly Token[];
}
type Failed = { readonly mistake: FilterMistake };

const conditionOf = (tokens: readonly Token[], end: number): Condition | Failed => {
  const [name, sign, ...behind] = tokens;
  const place = { from: end, until: end };
  if (name === undefined) return wrong(place, `expected a field: ${fieldNames()}`);
  const field = name.kind === 'word' && !name.isQuoted ? fieldNamed(name.text) : undefined;
  if (field === undefined)
    return wrong(name, `"${name.text}" is no field${didYouMean(name.text, everyName())}. There are ${fieldNames()}`);
  if (sign === undefined) return wrong(place, `expected =, != or in behind ${name.text}`);
  const isNot = sign.text === '!=' || isWord(sign, 'not');
  if (sign.text === '=' || sign.text === '==' || sign.text === '!=') {
    const [value, ...rest] = behind;
    if (value === undefined) return wrong(place, `expected a value: ${field.says}`);
    return checked(field, [value], isNot, name, sign, rest);
  }
  const list =
    isWord(sign, 'not') && behind[0] !== undefined && isWord(behind[0], 'in')
      ? behind.slice(1)
      : isWord(sign, 'in')
        ? behind
        : null;
  if (list === null) return wrong(sign, `expected =, != or in behind ${name.text}, got "${sign.text}"`);
  if (list[0]?.text !== '(' || list[0].kind !== 'sign') return wrong(list[0] ?? place, 'expected ( behind in');
  const close = list.findIndex(({ kind, text }) => kind === 'sign' && text === ')');
  if (close < 0) return wrong(place, 'expected ) at the end of the list');
  const inside = list.slice(1, close);
  const values = inside.filter((_, i) => i % 2 === 0);
  const stray = inside.find((token, i) => (i % 2 === 1) !== (token.kind === 'sign' && token.text === ','));
  if (stray !== undefined || values.length === 0 || inside.length % 2 === 0)
    return wrong(stray ?? list[close] ?? place, 'expected values with commas between: (443, 5432)');
  return checked(field, values, isNot, name, sign, list.slice(close + 1));
};

const checked = (
  field: FilterField,
  tokens: readonly Token[],
  isNot: boolean,
  name: Token,
  sign: Token,
  rest: readonly Token[],
): Condition | Failed => {
  for (const token of tokens) {
    if (token.kind === 'sign' || token.text === '') return wrong(token, `expected a value: ${field.says}`);
    const says = field.wrongWith(token.text);
    if (says !== null) return wrong(token, `"${token.text}": ${says}`);
  }
  const given = tokens.map(({ text }) =>
    field.values?.includes(text.toLowerCase()) === true ? text.toLowerCase() : text,
  );
  if (!isNot) return { field: field.name, values: given, at: name, rest };
  if (field.name !== 'verdict') return wrong(sign, `only verdicts can be left out: ${field.name} knows = and in`);
  return { field: field.name, values: VERDICTS.filter((one) => !given.includes(one)), at: name, rest };
};

const wrong = ({ from, until }: Pick<Token, 'from' | 'until'>, says: string): Failed => ({
  mistake: { from, until, says },
});
const mistake = (at: Pick<Token, 'from' | 'until'>, says: string): Filtered => ({ ok: false, ...wrong(at, says) });

const isWord = ({ kind, text, isQuoted }: Token, word: string): boolean =>
  kind === 'word' && !isQuoted && text.toLowerCase() === word;

const fieldNamed = (text: string): FilterField | undefined => {
  const name = text.toLowerCase();
  return FILTER_FIELDS.find((field) => field.name === name || field.also.includes(name));
};

const fieldNames = (): string => FILTER_FIELDS.map(({ name }) => name).join(', ');
const everyName = (): readonly string[] => FILTER_FIELDS.flatMap(({ name, also }) => [name, ...also]);

const didYouMean = (text: string, among: readonly string[]): string => {
  const near = among.find(
    (one) => distance(text.toLowerCase(), one) <= 1 || (text.length > 2 && one.startsWith(text.toLowerCase())),
  );
  return near === undefined ? '' : `; did you mean ${near}?`;
};

/** Whether one letter is another one, missing or too many, or two have changed places; more is 2. */
const distance = (a: string, b: string): number => {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  const isSwapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return isSwapped || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1) ? 1 : 2;
};

/** What may stand at a place of the text, in place of what was begun there. */
export interface FilterCompletions {
  readonly from: number;
  readonly until: number;
  readonly options: readonly { readonly text: string; readonly says: string }[];
}

export const completeFlowFilter = (text: string, at: number): FilterCompletions => {
  const tokens = tokensOf(text.slice(0, at));
  const last = tokens.at(-1);
  const isBegun = last !== undefined && last.kind === 'word' && last.until === at && !last.isQuoted;
  const begun = isBegun ? last.text.toLowerCase() : '';
  const before = isBegun ? tokens.slice(0, -1) : tokens;
  const options = nextOf(before).filter(
    (option) => option.text.toLowerCase().startsWith(begun) && option.text.toLowerCase() !== begun,
  );
  return { from: isBegun ? last.from : at, until: at, options };
};

type Option = FilterCompletions['options'][number];

/** Reads what stands before as far as it goes, condition by condition. */
const nextOf = (tokens: readonly Token[]): readonly Option[] => {
  const start = tokens.findLastIndex((token) => isWord(token, 'and')) + 1;
  const [name, sign, ...behind] = tokens.slice(start);
  if (name === undefined) {
    const taken = new Set(tokens.map(({ text }) => fieldNamed(text)?.name));
    return FILTER_FIELDS.filter((field) => !taken.has(field.name)).map((field) => ({
      text: field.name,
      says: field.says,
    }));
  }
  const field = fieldNamed(name.text);
  if (field === undefined) return [];
  if (sign === undefined)
    return [
      { text: '=', says: 'is' },
      { text: 'in (', says: 'is one of' },
      ...(field.name === 'verdict' ? [{ text: '!=', says: 'is not' }] : []),
    ];
  const isList = isWord(sign, 'in') || isWord(sign, 'not');
  const isOpen = isList
    ? behind.some(({ text }) => text === '(') && !behind.some(({ text }) => text === ')')
    : behind.length === 0;
  if (isOpen) return (field.values ?? []).map((value) => ({ text: value, says: '' }));
  return [{ text: 'and', says: 'and also' }];
};
