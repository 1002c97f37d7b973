/** What the format JSONEachRow says: a row a line. */
export const parseLines = <Row>(text: string): Row[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
