/** Of words that choose, what they choose from, page by page. Any other value is told, and left out. */
const CHOICES = {
  '/map': {
    to: ['address', 'port', 'block', 'host', 'tag'],
    by: ['flows', 'bytes'],
    show: ['sankey', 'graph'],
    limit: ['20', '40', '100', '300'],
    hide: ['dns', 'kube-system', 'azure'],
  },
  '/snat': { what: ['status', 'ledger', 'forecast', 'advice', 'plan'] },
  '/audit': { what: ['findings', 'answers', 'cost'], severity: ['critical', 'warning', 'note'] },
} as const;

type Choices = typeof CHOICES;
/** Pages name what they offer by these, so that nothing is offered which a link could not say. */
export type OfMap<Word extends keyof Choices['/map']> = Choices['/map'][Word][number];
export type OfSnat = Choices['/snat']['what'][number];
export type OfAudit<Word extends keyof Choices['/audit']> = Choices['/audit'][Word][number];

const BY_PAGE: Readonly<Record<string, Readonly<Record<string, readonly string[]>> | undefined>> = CHOICES;

/** What a word of a page may say; undefined: anything. */
export const choicesOf = (page: string, word: string): readonly string[] | undefined => BY_PAGE[page]?.[word];
