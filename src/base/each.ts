/** These values, for whoever awaits one after another. */
export async function* each<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}
