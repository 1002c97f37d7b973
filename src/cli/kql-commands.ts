import type { CommandSpec } from './command.ts';

const GROUP = 'Query Azure Monitor';

const SCHEMA_FLAG: CommandSpec['flags'][number] = {
  flags: '--schema <month>',
  says: 'the tables as they were published by then, such as 2024-11 (default: the newest)',
};

/** Queries for Log Analytics: those that unmasq brings along, and those of others. */
export const KQL_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'kql',
    group: GROUP,
    takes: '[what...]',
    summary: 'queries for Log Analytics that were checked: `unmasq kql check`',
    about: [],
    examples: [['unmasq kql check who.kql', 'Does this query say what it seems to?']],
    flags: [],
    honours: ['output'],
    seeAlso: ['unmasq kql check'],
    run: async (context, words) => (await import('./commands/kql.ts')).runKql(context, words),
  },
  {
    name: 'kql check',
    group: GROUP,
    takes: '<file...>',
    summary: 'what is wrong with queries for Log Analytics, also where they run and lie',
    about: [
      "Names and types by Microsoft's own language service, over the tables of Container Insights, Traffic Analytics and their like; then what no type tells:",
      'joins of blank on blank, any row taken for the latest, times of arrival taken for times of events. docs/reference/kql.md has every code.',
      'Exit code 3: a query has an error.',
    ],
    examples: [
      ['unmasq kql check who.kql', 'Does this query say what it seems to?'],
      ['unmasq kql check queries/*.kql -o json', 'The same for a program'],
      ['unmasq kql check --schema 2024-11 who.kql', 'As of the tables of November 2024'],
    ],
    flags: [SCHEMA_FLAG],
    honours: ['output'],
    seeAlso: [],
    run: async (context, words, given) => (await import('./commands/kql.ts')).runKqlCheck(context, words, given),
  },
];
