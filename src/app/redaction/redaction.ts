import { CLASSES, type FieldClass } from './fields.ts';
import type { Digest } from './permutation.ts';
import { type Named, pseudonyms } from './pseudonyms.ts';
import { PROPERTIES, WORDS } from './words.ts';

/** Takes what names somebody's estate out of answers, and puts pseudonyms in its place: the same for the same within one of these. */
export interface Redaction {
  /** The names that an answer tells, so that they are found again in text about it. */
  learn(report: unknown): void;
  /** Words of the question: they are names as well. */
  asked(words: readonly string[]): void;
  /** The answer with pseudonyms: its structure and its figures stay. */
  report(report: unknown): unknown;
  /** Text for people: what is neither known for a name nor for a word of this program, and does not read as one, is taken for a name. Columns stay where they are. */
  text(text: string): string;
}

export const redaction = (digest: Digest): Redaction => {
  const names = pseudonyms(digest);
  const known = new Map<string, string>();

  /** A number is no name in a text, and figures stay; one letter is none either. */
  const remember = (token: string, pseudonym: string): void => {
    if (isPlain(token) || token.length < 2 || names.ofIp(token) !== null) return;
    // What a name is of is told later than that it is one.
    if ((known.get(token) ?? 'word-').startsWith('word-')) known.set(token, pseudonym);
  };
  const named = (what: Named, name: string): string => {
    const pseudonym = names.of(what, name);
    remember(name, pseudonym);
    for (const [token] of name.matchAll(TOKEN)) remember(token, token === name ? pseudonym : names.of('word', token));
    return pseudonym;
  };

  const token = (text: string): string => {
    const [, body = text, end = ''] = /^(.*?)([.:!?…]*)$/su.exec(text) ?? [];
    const pseudonym = known.get(body);
    if (pseudonym !== undefined) return pseudonym + end;
    const [, ip, port] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(body) ?? [];
    const address = names.ofIp(ip ?? body);
    if (address !== null) return `${address}${port === undefined ? '' : `:${port}`}${end}`;
    return isPlain(body) || ASCII_LETTERS.test(body) || !/[\p{L}\p{N}]/u.test(body) ? text : named('word', body) + end;
  };
  /** What is escaped in a text of JSON is no part of a word. */
  const sentence = (text: string): string =>
    text
      .split(ESCAPED)
      .map((part, i) => (i % 2 === 1 ? part : unescaped(part)))
      .join('');
  const unescaped = (text: string): string =>
    text.replaceAll(TOKEN_AND_GAP, (_, word: string, gap: string) => {
      const said = token(word);
      // A gap of several is that of a column.
      return gap.length < 2 ? said + gap : said + ' '.repeat(Math.max(2, gap.length + word.length - said.length));
    });

  /** `10.0.0.1`, `10.0.0.0/16`, `10.0.0.1:443/tcp`, `[::1]:443`; or a name. */
  const place = (text: string): string => {
    const [, open = '', ip = '', rest = ''] =
      /^(\[?)(\d+\.\d+\.\d+\.\d+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)((?:\])?(?::\d+)?(?:\/(?:\d{1,3}|tcp|udp))?)$/.exec(
        text,
      ) ?? [];
    const address = names.ofIp(ip);
    if (address !== null) return `${open}${address}${rest}`;
    return named('host', text);
  };

  const leaf = (of: FieldClass, text: string): string => {
    if (text === '') return text;
    switch (of) {
      case 'plain':
        return isPlain(text) ? text : named('text', text);
      case 'sentence':
        return sentence(text);
      case 'place':
        return WORDS.has(text) ? text : place(text);
      case 'source': {
        const [, told = '', node = ''] = /^(conntrack )(.+)$/.exec(text) ?? [];
        return node === '' ? sentence(text) : told + named('node', node);
      }
      case 'ip':
        return names.ofIp(text) ?? place(text);
      default:
        return named(of, text);
    }
  };

  const walk = (value: unknown, path: readonly string[], of: (cls: FieldClass, text: string) => string): unknown => {
    if (typeof value === 'string') return of(classOf(path), value);
    if (Array.isArray(value)) return value.map((one) => walk(one, path, of));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        PROPERTIES.has(name) || WORDS.has(name) ? name : of(keyClassOf(path), name),
        walk(one, [...path, name], of),
      ]),
    );
  };

  const learn = (report: unknown): void => {
    // Sentences last: names stand in them.
    walk(report, [], (of, text) => (of === 'sentence' || of === 'plain' ? text : leaf(of, text)));
  };
  return {
    learn,
    asked: (words) => {
      for (const word of words)
        for (const [part] of word.matchAll(TOKEN)) if (!isPlain(part) && names.ofIp(part) === null) named('word', part);
    },
    report: (report) => {
      learn(report);
      return walk(report, [], leaf);
    },
    text: sentence,
  };
};

/** Words as they stand between blanks, brackets, quotes and strokes. */
const TOKEN = /[^\s,;()[\]{}"'`<>=|/]+/gu;
const TOKEN_AND_GAP = /([^\s,;()[\]{}"'`<>=|/]+)( *)/gu;
const ESCAPED = /(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))/;
const ASCII_LETTERS = /^[A-Za-z]+$/;

const TIMES =
  /^(?:\d{4}-\d\d(?:-\d\d)?(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)$/;
const NUMBER =
  /^[+:~≥≤-]?\$?\d+(?:\.\d+)?(?:–\d+(?:\.\d+)?)?(?:%|ms|s|m|h|d|w|B|kB|MB|GB|TB|KiB|MiB|GiB|TiB|k|M|G|µs)?$/;
/** Of an error, a rule or a finding (docs/reference). */
const CODE = /^(?:E|KQL|LOG|DCR|FLOW|ALERT|SNAT|FILE|TF|COST)\d{3}$/;
const FLAG = /^--?[a-z][a-z-]*$/;

/** What this program says by itself, whoever asks. */
const isPlain = (text: string): boolean =>
  WORDS.has(text) || TIMES.test(text) || NUMBER.test(text) || CODE.test(text) || FLAG.test(text);

const classOf = (path: readonly string[]): FieldClass => {
  const [last = '', before = ''] = path.toReversed();
  return CLASSES[`${before}.${last}`] ?? CLASSES[last] ?? 'text';
};

/** Of what the members of an object are named by that has no fixed ones. */
const keyClassOf = (path: readonly string[]): FieldClass => CLASSES[`${path.at(-1) ?? ''}.*`] ?? 'text';
