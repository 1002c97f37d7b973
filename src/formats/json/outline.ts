const LIMIT = 20_000;
/** What formats are told by lies near the top; the path of something deeper is not spelled out, or a megabyte of brackets costs half a gigabyte. */
const DEPTH = 16;

/**
 * What the beginning of a JSON text holds: each path (`items[].kind`) with the texts and numbers found there, the first few of each.
 * The text may be cut anywhere; what is no JSON ends the outline. Several documents one after another share their paths.
 */
export const outlineOf = (text: string): ReadonlyMap<string, readonly string[]> => {
  const outline = new Map<string, string[]>();
  const token = /\s+|[{}[\],:]|"(?:[^"\\\n]|\\.)*"|[^\s{}[\],:"]{1,64}/y;
  const path: string[] = [];
  const opened: string[] = [];
  let name = '';
  let named = false;
  const here = (): string => path.join('') + (opened.at(-1) === '{' ? `.${name}` : '');
  const note = (value: string | null): void => {
    if (opened.length > DEPTH) return;
    const key = here().replace(/^\./, '');
    const values = outline.get(key) ?? [];
    if (value !== null && values.length < 400) values.push(value);
    outline.set(key, values);
  };
  for (let i = 0; i < LIMIT; i++) {
    const found = token.exec(text)?.[0];
    if (found === undefined) break;
    const first = found[0] as string;
    if (first === '{' || first === '[') {
      note(null);
      const around = opened.at(-1) === '{' ? `.${name}` : '';
      path.push(around + (first === '[' ? '[]' : ''));
      opened.push(first);
      named = false;
    } else if (first === '}' || first === ']') {
      if (opened.pop() === undefined) break;
      path.pop();
      named = false;
    } else if (first === ',') named = false;
    else if (first === ':') named = true;
    else if (first.trim() !== '') {
      if (opened.at(-1) === '{' && !named) name = first === '"' ? unquoted(found) : found;
      else note(first === '"' ? unquoted(found) : found);
    }
  }
  return outline;
};

const unquoted = (text: string): string => {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
};
