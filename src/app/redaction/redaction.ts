import { CLASSES, type FieldClass } from './fields.ts';
import type { Digest } from './permutation.ts';
import { type Named, pseudonyms } from './pseudonyms.ts';
import { FOREIGN_FLAGS, PAGES, PROPERTIES, TABLES, WORDS } from './words.ts';

/** Takes what names somebody's estate out of answers, and puts pseudonyms in its place: the same for the same within one of these. */
export interface Redaction {
  /** The names that an answer tells, so that they are found again in text about it. */
  learn(report: unknown): void;
  /** Words of the question: they are names as well. */
  asked(words: readonly string[]): void;
  /** The answer with pseudonyms: its structure and its figures stay. */
  report(report: unknown): unknown;
  /** What a line of text is made of, with pseudonyms in the fields that hold names: there it does not matter whether one is a word of this program too. `text` is for the rest. */
  readonly row: <Row>(row: Row) => Row;
  /** Text for people: what is neither known for a name nor for a word of this program, and does not read as one, is taken for a name. Columns stay where they are. */
  text(text: string): string;
}

/** `flags`: those of this program. Any other may be a name. */
export const redaction = (digest: Digest, flags: ReadonlySet<string>): Redaction => {
  const names = pseudonyms(digest);
  const known = new Map<string, string>();
  /** Those that are words of this program too, and what they are names of. */
  const alike = new Map<string, Set<Named>>();
  const isPlain = (text: string): boolean => isSaid(text) || flags.has(text);

  /** A number is no name in a text, and figures stay; one letter is none either. */
  const remember = (token: string, pseudonym: string): void => {
    if (isPlain(token) || token.length < 2 || names.ofIp(token) !== null) return;
    // What a name is of is told later than that it is one.
    if ((known.get(token) ?? 'word-').startsWith('word-')) known.set(token, pseudonym);
  };
  const named = (what: Named, name: string): string => {
    const pseudonym = names.of(what, name);
    remember(name, pseudonym);
    if (WORDS.has(name) && OF_ESTATE.has(what)) alike.set(name, (alike.get(name) ?? new Set()).add(what));
    for (const [token] of name.matchAll(TOKEN)) remember(token, token === name ? pseudonym : names.of('word', token));
    return pseudonym;
  };

  const token = (text: string, around: string, at: number): string => {
    const [, body = text, end = ''] = /^(.*?)([.:!?…]*)$/su.exec(text) ?? [];
    if (names.isGiven(body)) return text;
    const pseudonym = known.get(body) ?? nameAt(body, around, at);
    if (pseudonym !== undefined) return pseudonym + end;
    const [, ip, port] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(body) ?? [];
    const address = names.ofIp(ip ?? body);
    if (address !== null) return `${address}${port === undefined ? '' : `:${port}`}${end}`;
    return isPlain(body) || TABLES.has(body) || ASCII_LETTERS.test(body) || !/[\p{L}\p{N}]/u.test(body)
      ? text
      : named('word', body) + end;
  };
  /** A word of this program is a name in quotes, after what it is a name of, and where a stroke joins it to another: so our sentences have names. */
  const nameAt = (word: string, around: string, at: number): string | undefined => {
    const kinds = alike.get(word);
    if (kinds === undefined) return undefined;
    const before = around.slice(Math.max(0, at - LONGEST_NAME), at);
    const after = around.slice(at + word.length, at + word.length + LONGEST_NAME);
    const isName = (other = ''): boolean =>
      known.has(other) || alike.has(other) || names.isGiven(other) || KINDS.has(other.toLowerCase());
    const isFirst = isName(JOINED_AFTER.exec(after)?.[1]);
    const noun = isFirst ? 'namespace' : NOUNS[NOUN.exec(before)?.[1] ?? ''];
    if (noun !== undefined && kinds.has(noun)) return names.of(noun, word);
    const isQuoted = before.endsWith('"') && after.startsWith('"');
    const isSaidSo = isFirst || isQuoted || isName(JOINED_BEFORE.exec(before)?.[1]);
    if (!isSaidSo && (noun === undefined || !kinds.has('word'))) return undefined;
    return names.of([...kinds].find((kind) => kind !== 'word') ?? 'word', word);
  };
  /** What is escaped in a text of JSON is no part of a word, and a page of ours is one word. */
  const sentence = (text: string): string =>
    text
      .split(APART)
      .map((part, i) => (i % 2 === 1 && (part.startsWith('\\') || PAGES.has(part)) ? part : unescaped(part)))
      .join('');
  const unescaped = (text: string): string =>
    text.replaceAll(TOKEN_AND_GAP, (_, word: string, gap: string, at: number) => {
      const said = token(word, text, at);
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
        return isPlain(text) || TABLES.has(text) ? text : named('text', text);
      case 'sentence':
        return sentence(text);
      case 'place':
        return WORDS.has(text) ? text : place(text);
      case 'source': {
        const [, told = '', node = ''] = /^(conntrack (?:of )?)(.+)$/.exec(text) ?? [];
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

  const row = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') {
      const of = classOf(path);
      return OF_ESTATE.has(of) || of === 'source' ? leaf(of, value) : value;
    }
    if (Array.isArray(value)) return value.map((one) => row(one, path));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, row(one, [...path, name])]));
  };

  const learn = (report: unknown): void => {
    // Sentences last: names stand in them.
    walk(report, [], (of, text) => (of === 'sentence' || of === 'plain' ? text : leaf(of, text)));
  };
  return {
    learn,
    asked: (words) => {
      for (const word of words)
        for (const [part] of word.matchAll(TOKEN))
          if ((WORDS.has(part) || !isPlain(part)) && names.ofIp(part) === null) named('word', part);
    },
    report: (report) => {
      learn(report);
      return walk(report, [], leaf);
    },
    row: <Row>(one: Row) => row(one, []) as Row,
    text: sentence,
  };
};

/** Words stand between blanks, brackets, quotes and strokes. */
const LETTER = `[^\\s,;()[\\]{}"'\`<>=|/]`;
const TOKEN = new RegExp(`${LETTER}+`, 'gu');
const TOKEN_AND_GAP = new RegExp(`(${LETTER}+)( *)`, 'gu');
const APART = /(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(?<![^\s("'`])docs\/[\w./-]*\w)/;
/** Of Kubernetes and of DNS (RFC 1035). */
const LONGEST_NAME = 253;
/** `pod X`, `--cluster X`, `conntrack of X`. */
const NOUN = /(?:^|[\s(,"-])(cluster|conntrack|host|n|namespace|node|pod|workload)(?: of)? $/;
const NOUNS: Readonly<Record<string, Named>> = {
  cluster: 'cluster',
  conntrack: 'node',
  host: 'host',
  n: 'namespace',
  namespace: 'namespace',
  node: 'node',
  pod: 'pod',
  workload: 'workload',
};
/** `deployment/web`, `shop/Deployment/web`. */
const KINDS: ReadonlySet<string> = new Set(
  'cronjob daemonset deployment job node pod replicaset replicationcontroller statefulset'.split(' '),
);
const JOINED_BEFORE = new RegExp(`(${LETTER}+)/$`, 'u');
const JOINED_AFTER = new RegExp(`^/(${LETTER}*[\\p{L}\\p{N}])`, 'u');
const ASCII_LETTERS = /^[A-Za-z]+$/;

const TIMES =
  /^(?:\d{4}-\d\d(?:-\d\d)?(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)$/;
const NUMBER =
  /^[+:~≥≤-]?\$?\d+(?:\.\d+)?(?:–\d+(?:\.\d+)?)?(?:%|ms|s|m|h|d|w|B|kB|MB|GB|TB|KiB|MiB|GiB|TiB|k|M|G|µs)?$/;
/** Of an error, a rule or a finding (docs/reference). */
const CODE = /^(?:E|KQL|LOG|DCR|FLOW|ALERT|SNAT|FILE|TF|COST)\d{3}$/;

/** What this program says by itself, whoever asks. */
const isSaid = (text: string): boolean =>
  WORDS.has(text) || TIMES.test(text) || NUMBER.test(text) || CODE.test(text) || FOREIGN_FLAGS.has(text);

/** What Kubernetes and networks give names: a name of another kind is no word of ours but by chance. */
const OF_ESTATE: ReadonlySet<FieldClass> = new Set(['cluster', 'host', 'namespace', 'node', 'pod', 'word', 'workload']);

const classOf = (path: readonly string[]): FieldClass => {
  const [last = '', before = ''] = path.toReversed();
  return CLASSES[`${before}.${last}`] ?? CLASSES[last] ?? 'text';
};

/** Of what the members of an object are named by that has no fixed ones. */
const keyClassOf = (path: readonly string[]): FieldClass => CLASSES[`${path.at(-1) ?? ''}.*`] ?? 'text';
