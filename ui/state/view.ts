import { choicesOf } from './choices.ts';

/**
 * What every page shows alike, as it stands behind `?` in the address: which time, in which zone, of which cluster, how often anew. `v` is the
 * version of these words: a link that was kept says what it meant.
 */
export interface View {
  /** As on the command line: `15m`, `03:00`, RFC 3339. null: from the first that is known. */
  readonly since: string | null;
  readonly until: string | null;
  readonly at: string | null;
  /** IANA name or `utc`. null: that of the browser. */
  readonly tz: string | null;
  readonly cluster: string | null;
  /** null: only when asked to. */
  readonly refreshMs: number | null;
}

const VERSION = '1';
const SHARED = ['since', 'until', 'at', 'tz', 'cluster', 'refresh'] as const;

/** Words of pages; what is none of these is told, not dropped in silence. */
const OF_PAGES = [
  'dest',
  'flow',
  'where',
  'id',
  'what',
  'by',
  'hide',
  'node',
  // Once how many rows were listed: links that have it are still understood.
  'show',
  'now',
  'nodes',
  'outbound-ips',
  'ports-per-node',
  'idle-timeout',
  'nat-gateway',
  'to',
  'limit',
  'severity',
  'set',
] as const;
export type PageWord = (typeof OF_PAGES)[number];

const KNOWN: ReadonlySet<string> = new Set([...SHARED, ...OF_PAGES, 'v']);

export interface Decoded {
  readonly view: View;
  /** Sentences about what of the address could not be understood. */
  readonly notes: readonly string[];
}

const REFRESH = /^(\d{1,4})(s|m)$/;

/** `by=x`: a known word that says nothing, or nothing that it could say on this page. */
const strange = (search: URLSearchParams, page: string): readonly string[] =>
  [...search].flatMap(([name, value]) => {
    if (!KNOWN.has(name)) return [];
    const isUnderstood =
      name === 'refresh' ? REFRESH.test(value) : name === 'v' || (choicesOf(page, name)?.includes(value) ?? true);
    return value === '' || !isUnderstood ? [`${name}=${value}`] : [];
  });

/** What an address says on one of the pages. */
export const decodeView = (search: URLSearchParams, page: string): Decoded => {
  const text = (name: string): string | null => search.get(name) || null;
  const [, count, unit] = REFRESH.exec(text('refresh') ?? '') ?? [];
  const refreshMs = count === undefined ? null : Math.max(5, Number(count) * (unit === 'm' ? 60 : 1)) * 1_000;
  const unknown = [...new Set(search.keys())].filter((name) => !KNOWN.has(name));
  const leftOut = [...unknown, ...strange(search, page)];
  const version = text('v');
  return {
    view: {
      since: text('since'),
      until: text('until'),
      at: text('at'),
      tz: text('tz'),
      cluster: text('cluster'),
      refreshMs,
    },
    notes: [
      ...(version === null || version === VERSION
        ? []
        : [
            `This link is of version ${version} of the console, and this is version ${VERSION}: it may mean more than is shown.`,
          ]),
      ...(leftOut.length === 0 ? [] : [`Not understood in the address, and left out: ${leftOut.join(', ')}.`]),
    ],
  };
};

export type Words = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** The address with other words; null takes one away. Words stand in the order of the alphabet, so that one view has one address. */
export const withWords = (search: URLSearchParams, words: Words): string => {
  const next = new Map<string, readonly string[]>([...new Set(search.keys())].map((key) => [key, search.getAll(key)]));
  for (const [name, value] of Object.entries(words)) {
    const values = [value ?? []].flat().filter((one) => one !== '');
    if (values.length === 0) next.delete(name);
    else next.set(name, values);
  }
  next.delete('v');
  const sorted = [...next].sort(([a], [b]) => (a < b ? -1 : 1));
  const out = new URLSearchParams([
    ['v', VERSION],
    ...sorted.flatMap(([name, values]) => values.map((one) => [name, one])),
  ] as string[][]);
  return `?${out}`;
};

/** What a link to another page takes along. */
export const sharedOf = (search: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...search].filter(([name]) => SHARED.some((one) => one === name)));
