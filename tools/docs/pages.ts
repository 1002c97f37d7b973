import { Marked, type Token, type Tokens } from 'marked';

/** Pages of the documentation as GitHub and the site have them. */
export interface Page {
  readonly title: string;
  readonly tokens: readonly Token[];
  /** Of each heading, in order. */
  readonly anchors: readonly Anchor[];
  /** Where links and images go, as they are written. */
  readonly links: readonly string[];
}

export interface Anchor {
  readonly id: string;
  readonly depth: number;
  readonly text: string;
}

const marked = new Marked({ gfm: true });

/** What somebody reads of a heading. */
const plain = (tokens: readonly Token[]): string =>
  tokens
    .map((token) =>
      'tokens' in token && token.tokens !== undefined ? plain(token.tokens) : 'text' in token ? String(token.text) : '',
    )
    .join('');

/** As GitHub makes anchors of headings; the second of a name is `name-1`. */
const anchorIds = (): ((text: string) => string) => {
  const seen = new Map<string, number>();
  return (text) => {
    const name = text
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(name);
    seen.set(name, (before ?? -1) + 1);
    return before === undefined ? name : `${name}-${before + 1}`;
  };
};

export const readPage = (text: string): Page => {
  const tokens = marked.lexer(text);
  const idOf = anchorIds();
  const anchors: Anchor[] = [];
  const links: string[] = [];
  void marked.walkTokens(tokens, (token) => {
    if (token.type === 'link' || token.type === 'image') links.push((token as Tokens.Link | Tokens.Image).href);
    if (token.type !== 'heading') return;
    const { depth, tokens: inside } = token as Tokens.Heading;
    const said = plain(inside);
    anchors.push({ id: idOf(said), depth, text: said });
  });
  return { title: anchors.find(({ depth }) => depth === 1)?.text ?? '', tokens, anchors, links };
};

/** HTML of a page; `hrefOf` says where a link goes there. */
export const renderPage = ({ tokens, anchors }: Page, hrefOf: (href: string) => string): string => {
  const ids = anchors.map(({ id }) => id);
  const renderer = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens: inside, depth }) {
        const id = ids.shift() ?? '';
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${this.parser.parseInline(inside)}</a></h${depth}>\n`;
      },
      // A wide table moves by itself, not the page.
      table(token) {
        const cells = (row: readonly Tokens.TableCell[], tag: string): string =>
          `<tr>${row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
        const body = token.rows.map((row) => cells(row, 'td')).join('\n');
        return `<div class="wide" tabindex="0"><table><thead>${cells(token.header, 'th')}</thead>\n<tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const copy = structuredClone(tokens) as Token[];
  void renderer.walkTokens(copy, (token) => {
    if (token.type === 'link' || token.type === 'image') token.href = hrefOf(token.href as string);
  });
  return renderer.parser(copy);
};
