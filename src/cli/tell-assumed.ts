import type { Context } from './context.ts';

/** What an answer rests on and nobody saw: with every column, and where something was narrowed that is not of one namespace alone. */
export const tellAssumed = (
  {
    assumed,
    query,
  }: { readonly assumed: readonly string[]; readonly query: { readonly namespaces: readonly string[] } },
  { globals, voice }: Context,
): void => {
  if (globals.output === 'wide' || query.namespaces.length > 0)
    for (const one of assumed) voice.note(`assumed: ${one}`);
};
