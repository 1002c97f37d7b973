import type { CommandSpec, FlagSpec } from './command.ts';

const GROUP = 'Query Azure Monitor';

const PARAM: FlagSpec = {
  flags: '--param <name=value>',
  says: 'a parameter of the query; repeat for several. --since, --until and --cluster give those of these names',
  repeats: true,
};
const FILLED = ['output', 'since', 'until', 'cluster', 'tz'] as const;

/** Queries for Log Analytics: those that unmasq brings along, and those of others. */
export const KQL_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'kql',
    group: GROUP,
    takes: '[what...]',
    summary: 'queries for Log Analytics that say what they seem to',
    about: [
      'WHAT is `list` (the default), `show`, `check`, `run` or `link`; each has its own --help. docs/guide/kql.md tells the rest.',
    ],
    examples: [
      ['unmasq kql', 'Which questions are there queries for?'],
      ['unmasq kql check mine.kql', 'Does this query say what it seems to?'],
    ],
    flags: [],
    honours: ['output'],
    seeAlso: ['unmasq kql list', 'unmasq kql show', 'unmasq kql check', 'unmasq kql run', 'unmasq kql link'],
    run: async (context, words) => (await import('./commands/kql-pack.ts')).runKql(context, words),
  },
  {
    name: 'kql list',
    group: GROUP,
    takes: '',
    summary: 'the queries that come with unmasq, by their questions',
    about: [],
    examples: [
      ['unmasq kql list', 'Which questions are there queries for?'],
      ['unmasq kql list -o wide', 'And what has to be switched on for each?'],
    ],
    flags: [],
    honours: ['output'],
    seeAlso: ['unmasq kql show', 'unmasq kql run'],
    run: async (context) => (await import('./commands/kql-pack.ts')).runKqlList(context),
  },
  {
    name: 'kql show',
    group: GROUP,
    takes: '<name>',
    summary: 'a query to paste, with or without its parameters',
    about: ['Azure Monitor knows no parameters: given here, each becomes a `let` with its value.'],
    examples: [
      ['unmasq kql show who-talked-to-address', 'The query, with what its parameters are'],
      [
        'unmasq kql show who-talked-to-address --param dest=203.0.113.66 --cluster prod --since 2h',
        'As the portal takes it',
      ],
      ['unmasq kql show query-cost -o json', 'Tables, parameters and columns for a program'],
    ],
    flags: [PARAM],
    honours: [...FILLED],
    seeAlso: ['unmasq kql list', 'unmasq kql link'],
    run: async (context, words, given) => (await import('./commands/kql-pack.ts')).runKqlShow(context, words, given),
  },
  {
    name: 'kql check',
    group: GROUP,
    takes: '<file...>',
    summary: 'what is wrong with queries, also with those that run and lie',
    about: [
      "Names and types by Microsoft's own language service, over the tables of Container Insights, Traffic Analytics and their like; then what no type tells:",
      'joins of blank on blank, any row taken for the latest, times of arrival taken for times of events. docs/reference/kql.md has every code.',
      'A query that means it so says `// unmasq:allow CODE reason`. Exit code 3: a query has an error.',
    ],
    examples: [
      ['unmasq kql check mine.kql', 'Does this query say what it seems to?'],
      ['unmasq kql check queries/*.kql -o wide', 'And how is each finding mended?'],
      ['unmasq kql check queries/*.kql -o json', 'The same for a program'],
      ['unmasq kql check --schema 2024-11 mine.kql', 'As of the tables of November 2024'],
    ],
    flags: [
      {
        flags: '--schema <month>',
        says: 'the tables as they were published by then, such as 2024-11 (default: the newest)',
      },
      {
        flags: '--tables <file>',
        says: 'tables of your own, as kql/tables has those of Microsoft; repeat for several',
        repeats: true,
      },
    ],
    honours: ['output'],
    seeAlso: ['unmasq kql list', 'unmasq kql run'],
    run: async (context, words, given) => (await import('./commands/kql-check.ts')).runKqlCheck(context, words, given),
  },
  {
    name: 'kql run',
    group: GROUP,
    takes: '<query>',
    summary: 'asks a workspace, as whoever runs this; with --local what is on this machine',
    about: [
      'QUERY is a name of `unmasq kql list`, or a file. Values of parameters are written as literals: whatever they hold, they are values.',
      'What `unmasq kql check` finds is a warning here. With --strict an answer that is not whole ends with 5.',
      'With --local nothing is asked of Azure: the query runs over exported tables (--from), or over what the store knows, presented as tables of Azure Monitor.',
      'What is not supported there is refused by name and place: docs/reference/kql-local.md.',
    ],
    examples: [
      [
        'unmasq kql run mine.kql --local --from pods.csv --from NTANetAnalytics=flows.json',
        'The same query over exported tables, without a workspace',
      ],
      [
        'unmasq kql run who-talked-to-address --workspace 7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978 --param dest=203.0.113.66 --cluster prod --since 2h',
        'Which pods can have sent what went to this address?',
      ],
      [
        'unmasq kql run mine.kql --workspace 7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978 -o jsonl',
        'A query of your own, one row a line',
      ],
    ],
    flags: [
      { flags: '--workspace <id>', says: "the workspace's own id, a GUID (customerId); required without --local" },
      { flags: '--local', says: 'over exported tables or the store, without Azure' },
      {
        flags: '--from <file>',
        says: 'an exported table, as `az`, the API or the portal writes it: FILE or TABLE=FILE; repeat for several',
        repeats: true,
      },
      PARAM,
      {
        flags: '--log-analytics-endpoint <url>',
        says: 'its API in another cloud than the public one, such as https://api.loganalytics.us',
      },
    ],
    honours: [...FILLED, 'strict', 'data', 'store'],
    seeAlso: ['unmasq kql list', 'unmasq kql link'],
    run: async (context, words, given) => (await import('./commands/kql-run.ts')).runKqlRun(context, words, given),
  },
  {
    name: 'kql link',
    group: GROUP,
    takes: '<query>',
    summary: 'a link that opens the query in the portal, with its parameters filled in',
    about: [
      'QUERY is a name of `unmasq kql list`, or a file. Nothing is asked of Azure; whoever opens the link needs to be let in there.',
    ],
    examples: [
      [
        'unmasq kql link snat-failures --workspace /subscriptions/…/resourceGroups/ops/providers/Microsoft.OperationalInsights/workspaces/logs --since 03:00',
        'For the one who is on call',
      ],
    ],
    flags: [
      { flags: '--workspace <id>', says: 'the id of its resource, /subscriptions/…; required' },
      { flags: '--tenant <name>', says: 'the domain or id of the tenant, for who has several' },
      {
        flags: '--cloud <name>',
        offers: ['public', 'us-government', 'china'],
        says: 'public, us-government or china',
        byDefault: 'public',
      },
      PARAM,
    ],
    honours: [...FILLED],
    seeAlso: ['unmasq kql run', 'unmasq kql show'],
    run: async (context, words, given) => (await import('./commands/kql-run.ts')).runKqlLink(context, words, given),
  },
];
