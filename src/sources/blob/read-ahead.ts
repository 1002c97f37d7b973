/** Begins so many pieces of work before their results are taken, and gives the results in order. No piece of work may throw. */
export async function* readAhead<Value>(
  work: Iterable<() => Promise<Value>>,
  most: number,
): AsyncGenerator<Value, void, undefined> {
  const waiting: Promise<Value>[] = [];
  for (const begin of work) {
    waiting.push(begin());
    if (waiting.length >= most) yield await (waiting.shift() as Promise<Value>);
  }
  while (waiting.length > 0) yield await (waiting.shift() as Promise<Value>);
}
