import type { SeededBug } from '../faults/seeded-bugs.ts';

const TRAPS = 'test/kql/traps.test.ts';
const CORE = 'src/core/kql';

/** Mistakes in what reads and checks KQL. */
export const KQL_BUGS: readonly SeededBug[] = [
  {
    name: 'KQL: a bound in one of two cases is one in both',
    file: `${CORE}/conditions.ts`,
    is: "if (condition.op === 'or') return ensures(condition.left, test) && ensures(condition.right, test);",
    becomes: "if (condition.op === 'or') return ensures(condition.left, test) || ensures(condition.right, test);",
    tests: [TRAPS, 'KQL107'],
  },
  {
    name: 'KQL: an upper bound of time is a lower one',
    file: `${CORE}/conditions.ts`,
    is: "const FROM: ReadonlySet<string> = new Set(['>', '>=', '==']);",
    becomes: "const FROM: ReadonlySet<string> = new Set(['>', '>=', '==', '<']);",
    tests: [TRAPS, 'KQL107'],
  },
  {
    name: 'KQL: a member is always there',
    file: `${CORE}/blank.ts`,
    is: 'return \'a member that is not there is null, and "" as text\';',
    becomes: 'return null;',
    tests: [TRAPS, 'KQL101'],
  },
  {
    name: 'KQL: who asks for one value knows that others are blank',
    file: `${CORE}/filter.ts`,
    is: 'if (isKnown) known.set',
    becomes: 'if (isKnown || ensures(condition, (part) => provesFilled(part, name))) known.set',
    tests: [TRAPS, 'KQL105'],
  },
  {
    name: 'KQL: outbound flows have no address of their node',
    file: `${CORE}/filter.ts`,
    is: 'const isKnown = isAsked || isChosen(condition, column, flow.rows, evidence);',
    becomes: 'const isKnown = isAsked;',
    tests: [TRAPS, 'KQL105'],
  },
  {
    name: 'KQL: an outer join finds a row for every other',
    file: `${CORE}/rows-after.ts`,
    is: 'const rightMayLack = /^(?:left|full)outer$/.test(flavour);',
    becomes: 'const rightMayLack = flavour === "";',
    tests: [TRAPS, 'KQL101'],
  },
  {
    name: 'KQL: the left of a join is always one row a key',
    file: `${CORE}/join-traps.ts`,
    is: 'const isUnique = left.unique !== null && [...left.unique].every((name) => names.has(name));',
    becomes: 'const isUnique = names.size > 0;',
    tests: [TRAPS, 'KQL117'],
  },
  {
    name: 'KQL: times of one table tie it to another',
    file: `${CORE}/join-traps.ts`,
    is: 'if (!times.has(`${snapshot.table} ${event.table}`))',
    becomes: 'if (times.size === 0)',
    tests: [TRAPS, 'KQL112'],
  },
  {
    name: 'KQL: what arrived is told as what was',
    file: `${CORE}/evidence.ts`,
    is: 'if (!this.isArrival(origin) || at === null) continue;',
    becomes: 'if (at === null || this.isArrival(origin)) continue;',
    tests: [TRAPS, 'KQL104'],
  },
  {
    name: 'KQL: a column is never gone',
    file: `${CORE}/table-schemas.ts`,
    is: '.filter(([name]) => columns[name] === undefined)',
    becomes: '.filter(([name]) => columns[name] === null)',
    tests: [TRAPS, 'KQL121'],
  },
  {
    name: 'KQL: every month has 31 days',
    file: `${CORE}/time-literal.ts`,
    is: 'day > days',
    becomes: 'day > 31 + days * 0',
    tests: [TRAPS, 'KQL115'],
  },
  {
    name: 'KQL: a quotation mark in a value ends it',
    file: `${CORE}/literal.ts`,
    is: '/[\\\\"]|[^\\P{C}]',
    becomes: '/[\\\\]|[^\\P{C}]',
    tests: ['test/kql/literals.test.ts', 'a text is one literal'],
  },
  {
    name: 'KQL: a number is whatever is given for one',
    file: `${CORE}/literal.ts`,
    is: 'if (!/^-?\\d{1,19}$/.test(value)) return fail(`expected a whole number, got "${value.slice(0, 60)}"`);\n  const n = BigInt(value);\n  return -limit <= n && n < limit ? ok(`${type}(${n})`)',
    becomes: 'const n = value;\n  return limit > 0n ? ok(`${type}(${n})`)',
    tests: ['test/kql/literals.test.ts', 'whatever is given'],
  },
  {
    name: 'KQL: a query may be nested as deep as it likes',
    file: `${CORE}/limits.ts`,
    is: 'nesting: 64',
    becomes: 'nesting: 64_000',
    tests: ['src/kusto/kusto-language.test.ts', 'too deep'],
  },
  {
    name: 'KQL: a thread that was ended is asked again',
    file: 'src/kusto/kusto-language.ts',
    is: 'if (!this.thread.isUsable) {',
    becomes: 'if (this.thread === null) {',
    tests: ['src/kusto/kusto-language.test.ts', 'takes for ever'],
  },
  {
    name: 'KQL: every join says of which kind it is',
    file: 'src/kusto/read-step.ts',
    is: "flavour: this.kinds.parameters(node).get('kind') ?? 'innerunique',\n      saysFlavour: this.kinds.parameters(node).has('kind'),",
    becomes: "flavour: this.kinds.parameters(node).get('kind') ?? 'innerunique',\n      saysFlavour: true,",
    tests: [TRAPS, 'KQL117'],
  },
  {
    name: 'KQL: ascending is descending',
    file: 'src/kusto/read-expression.ts',
    is: "const descending = !(optional(ordering, 'AscOrDescKeyword')?.Text ?? '').endsWith('asc');",
    becomes: "const descending = (optional(ordering, 'AscOrDescKeyword')?.Text ?? '').endsWith('asc');",
    tests: ['src/kusto/kusto-language.test.ts', 'ascending'],
  },
];
