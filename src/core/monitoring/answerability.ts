import { abilitiesOf, arePodsMasked } from './answerability/abilities-of.ts';
import { type Abilities, abilitiesFrom, type Ability, withAbilities } from './answerability/ability.ts';
import { CHANGES, type PossibleChange, type Size } from './answerability/changes.ts';
import { type Answerable, CAUSES, type Level, type Question, QUESTIONS } from './answerability/questions.ts';
import type { Estate } from './estate.ts';
import { or, type Truth } from './three-valued.ts';

export interface CheapestChange {
  /** One sentence for each thing to do. */
  readonly does: readonly string[];
  readonly adds: readonly Ability[];
  /** US dollars a month; null: not known beforehand. */
  readonly costPerMonth: number | null;
  /** How the question is answered then. */
  readonly gives: string;
}

/** One question, and how a configuration answers it. */
export interface AnswerRow {
  readonly id: Question['id'];
  readonly question: string;
  readonly answerable: Answerable;
  readonly says: string;
  readonly verdicts: readonly string[];
  /** Abilities that the next better answer lacks. */
  readonly missing: readonly Ability[];
  /** The cheapest thing that makes the answer better; null: there is no better, or nothing that is known makes it so. */
  readonly cheapestChange: CheapestChange | null;
}

export interface CauseRow {
  readonly cause: string;
  readonly tells: Truth;
}

const levelOf = ({ levels }: Question, has: Abilities, masked: Truth): number => {
  const at = levels.findIndex(({ needs }) => needs(has, masked) === true);
  return at < 0 ? levels.length : at;
};

/** Every choice of one, two and three of the changes, the cheapest first; what costs nobody knows what comes after what is known. */
const choices = (size: Size): readonly (readonly PossibleChange[])[] => {
  const sets: PossibleChange[][] = CHANGES.map((one) => [one]);
  const pairs = CHANGES.flatMap((a, i) => CHANGES.slice(i + 1).map((b) => [a, b]));
  const triples = CHANGES.flatMap((a, i) =>
    CHANGES.slice(i + 1).flatMap((b, j) => CHANGES.slice(i + j + 2).map((c) => [a, b, c])),
  );
  const weight = (set: readonly PossibleChange[]): readonly [number, number] => [
    costOf(set, size) ?? Number.MAX_VALUE,
    set.reduce((sum, { effort }) => sum + effort, 0),
  ];
  return [sets, pairs, triples].flatMap((of) =>
    of.toSorted((a, b) => {
      const [[costA, effortA], [costB, effortB]] = [weight(a), weight(b)];
      return costA - costB || effortA - effortB;
    }),
  );
};

const costOf = (set: readonly PossibleChange[], size: Size): number | null => {
  const costs = set.map(({ costPerMonth }) => costPerMonth(size));
  return costs.includes(null) ? null : (costs as number[]).reduce((a, b) => a + b, 0);
};

const cheapest = (
  question: Question,
  has: Abilities,
  masked: Truth,
  now: number,
  all: readonly (readonly PossibleChange[])[],
  size: Size,
): CheapestChange | null => {
  for (const set of all) {
    const adds = set.flatMap((change) => change.adds);
    const then = levelOf(question, withAbilities(has, adds), masked);
    const level = question.levels[then];
    if (then < now && level !== undefined)
      return {
        does: set.map(({ does }) => does),
        adds: adds.filter((ability) => has[ability] !== true),
        costPerMonth: costOf(set, size),
        gives: level.says,
      };
  }
  return null;
};

const SAYS: { readonly [answerable in 'no' | 'cannot-tell']: string } = {
  no: 'not from what this configuration keeps',
  'cannot-tell': 'it depends on what is not told here',
};

const answered = (level: Level | undefined, isOpen: boolean): Pick<AnswerRow, 'answerable' | 'says' | 'verdicts'> => {
  if (level !== undefined) return { answerable: level.answerable, says: level.says, verdicts: level.verdicts };
  const answerable = isOpen ? 'cannot-tell' : 'no';
  return { answerable, says: SAYS[answerable], verdicts: [] };
};

/** How the five questions are answered by somebody who has these abilities. */
export const answersBy = (has: Abilities, masked: Truth, size: Size): readonly AnswerRow[] => {
  const all = choices(size);
  return QUESTIONS.map((question) => {
    const now = levelOf(question, has, masked);
    const isOpen = question.levels.some(({ needs }) => needs(has, masked) === null);
    const change = cheapest(question, has, masked, now, all, size);
    return {
      id: question.id,
      question: question.question,
      ...answered(question.levels[now], isOpen),
      missing: change?.adds ?? [],
      cheapestChange: change,
    };
  });
};

export const causesBy = (has: Abilities): readonly CauseRow[] =>
  CAUSES.map(({ cause, needs }) => ({ cause, tells: needs(has) }));

/** Nodes of all clusters as far as they are told. */
const sizeOf = (estates: readonly Estate[]): Size => {
  const pools = estates.flatMap(({ clusters }) => clusters.flatMap((c) => c.pools));
  const counts = pools.map(({ nodes }) => (nodes.is === 'untold' ? null : nodes.value));
  return {
    nodes: counts.length === 0 || counts.includes(null) ? null : (counts as number[]).reduce((a, b) => a + b, 0),
  };
};

export interface Answerability {
  readonly rows: readonly AnswerRow[];
  readonly causes: readonly CauseRow[];
}

/** What all that was read can answer together. */
export const answerabilityOf = (estates: readonly Estate[]): Answerability => {
  const each = estates.map(abilitiesOf);
  const has = abilitiesFrom((ability) => or(...each.map((one) => one[ability])));
  const told = estates.map(arePodsMasked).filter((truth) => truth !== null);
  const masked = told.length === 0 ? null : or(...told);
  return { rows: answersBy(has, masked, sizeOf(estates)), causes: causesBy(has) };
};
