import { visible } from '../render/visible.ts';

/** What is written between tags and in attributes: nothing in it is markup, hidden, or turns what stands beside it. */
export const text = (raw: string): string =>
  visible(raw)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Cells are text. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const row = (cell: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((one) => `<${cell}>${text(one)}</${cell}>`).join('')}</tr>`;
  return rows.length === 0
    ? '<p>None.</p>'
    : `<div class="wide"><table>\n<thead>${row('th', head)}</thead>\n<tbody>\n${rows.map((cells) => row('td', cells)).join('\n')}\n</tbody>\n</table></div>`;
};

/** A page that needs nothing else: no script, nothing from elsewhere. `style` and `body` are markup. */
export const page = ({ title, style, body }: Record<'title' | 'style' | 'body', string>): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>${text(title)}</title>
<style>
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`;
