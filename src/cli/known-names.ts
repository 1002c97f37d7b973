import { nearestFirst } from '../base/nearest-name.ts';
import { count } from '../base/number-text.ts';
import type { Store } from '../core/ports.ts';
import { refuse } from './refused.ts';

/** Known names that an error lists. */
const LISTED = 5;

const listed = (word: string, known: readonly string[]): string => {
  const near = nearestFirst(word, known).slice(0, LISTED);
  const more = known.length - near.length;
  return `known, nearest first: ${near.map(({ name }) => name).join(', ')}${more > 0 ? `, and ${count(more)} more` : ''}`;
};

/** Of what nobody knows nothing fails, holds a port or runs out: to answer so would be to call it healthy. */
export const refuseUnknown = async (
  store: Pick<Store, 'nodesNamed' | 'namespacesNamed'>,
  cluster: string,
  asked: { readonly nodes: readonly string[]; readonly namespaces: readonly string[] },
): Promise<void> => {
  const check = async (
    names: readonly string[],
    knownOf: () => Promise<readonly string[]>,
    unknown: (name: string, why: string) => never,
    none: string,
  ): Promise<void> => {
    if (names.length === 0) return;
    const known = await knownOf();
    const missing = names.find((name) => !known.includes(name));
    if (missing !== undefined) unknown(missing, known.length === 0 ? none : listed(missing, known));
  };
  await check(
    asked.nodes,
    () => store.nodesNamed(cluster),
    (name, why) => refuse('E847', `nothing is known of a node "${name}"`, { why }),
    'no node is known',
  );
  await check(
    asked.namespaces,
    () => store.namespacesNamed(cluster),
    (name, why) => refuse('E848', `nothing is known of a namespace "${name}"`, { why }),
    'no namespace is known',
  );
};
