import { Composer, type Document, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, Parser } from 'yaml';

/**
 * YAML that somebody else wrote, read behind limits. The parser of the library calls itself for each level, compares each key of a map with all
 * others, and keeps an error for each sign that it does not understand: a mebibyte can take it minutes. So what comes in is counted before
 * documents are made of it, and keys are compared here. All of the project that reads YAML reads it through this.
 */

const LONGEST = 1_048_576;
/** Names, values, signs and the blanks between. A mebibyte of manifests has fewer. */
const MOST_TOKENS = 400_000;
/** Definitions of resources, the deepest that people write, are sixty deep. */
const DEEPEST = 200;
const MOST_PROBLEMS = 20;
/** Each keeps a trace of where it was found, which takes longer than to read on. */
const MOST_MISTAKES = 1_000;

export interface YamlProblem {
  readonly from: number;
  readonly until: number;
  readonly says: string;
  /** It may be YAML, but it is more than is read. Then there are no documents. */
  readonly isLimit: boolean;
}

export interface YamlDocuments {
  readonly documents: readonly Document.Parsed[];
  /** At most twenty, and one that counts the rest. */
  readonly problems: readonly YamlProblem[];
  /** What is YAML, but means nothing known: a tag. */
  readonly warnings: readonly YamlProblem[];
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
}

/** YAML 1.2, of which JSON is a part: as many documents as there are. Never throws. */
export const readYamlDocuments = (text: string): YamlDocuments => {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refused = (from: number, says: string): YamlDocuments => ({
    documents: [],
    problems: [{ from, until: from, says, isLimit: true }],
    warnings: [],
    placeOf,
  });
  if (text.length > LONGEST)
    return refused(0, `${text.length} characters, and a mebibyte (${LONGEST}) is the most that is read`);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ version: '1.2', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  let [tokens, mistakes] = [0, 0];
  for (const source of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MOST_TOKENS) return refused(parser.offset, `more than ${MOST_TOKENS} words and signs up to here`);
    for (const token of parser.next(source)) {
      if (token.type === 'error') mistakes += 1;
      documents.push(...composer.next(token));
    }
    if (mistakes > MOST_MISTAKES) return refused(parser.offset, `more than ${MOST_MISTAKES} mistakes up to here`);
    if (parser.stack.length > DEEPEST)
      return refused(parser.offset, `nested deeper than anybody writes: ${DEEPEST} levels`);
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  const errors = documents.flatMap((document) => [...document.errors.map(problemOf), ...keysTwice(document.contents)]);
  return {
    documents,
    problems: some(errors),
    warnings: some(documents.flatMap((d) => d.warnings.map(problemOf))),
    placeOf,
  };
};

const problemOf = ({ pos: [from, until], message }: Document.Parsed['errors'][number]): YamlProblem => ({
  from,
  until,
  says: message.split('\n')[0] ?? message,
  isLimit: false,
});

const some = (problems: readonly YamlProblem[]): readonly YamlProblem[] => {
  const rest = problems[MOST_PROBLEMS];
  return rest === undefined
    ? problems
    : [
        ...problems.slice(0, MOST_PROBLEMS),
        { ...rest, says: `and ${problems.length - MOST_PROBLEMS} more, from here on` },
      ];
};

/** Names that a map has twice, each where it stands again. */
const keysTwice = (contents: Node | null): readonly YamlProblem[] => {
  const problems: YamlProblem[] = [];
  const due: unknown[] = [contents];
  for (let node = due.pop(); node !== undefined; node = due.pop()) {
    if (isSeq(node)) for (const item of node.items) due.push(item ?? null);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      due.push(key ?? null, value ?? null);
      if (!isScalar(key)) continue;
      const [from = 0, until = 0] = key.range ?? [];
      if (seen.has(key.value)) problems.push({ from, until, says: 'Map keys must be unique', isLimit: false });
      seen.add(key.value);
    }
  }
  return problems.sort((a, b) => a.from - b.from);
};
