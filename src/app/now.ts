import type { Store } from '../core/ports.ts';
import { isConntrack, isPods, unseenIn } from './completeness.ts';
import { who, type WhoAsked, type WhoReport } from './who.ts';

/** What became of one node that was to be looked at. */
export interface NodeLook {
  readonly node: string;
  /** It listened to the end, and can show every translation. */
  readonly isWhole: boolean;
  /** It listened at all. */
  readonly isHeard: boolean;
  /** What keeps it from being whole; null: nothing. */
  readonly why: string | null;
}

/**
 * Who talked to a destination while the nodes were looked at. There is no flow log, and none is missing: of that time the nodes' connection
 * tracking knows every connection, also one that got no answer. What is missing is what a node did not tell.
 */
export const whoNow = async (
  store: Pick<Store, 'who' | 'flowSteps' | 'sources' | 'accuracy'>,
  asked: WhoAsked,
  looks: readonly NodeLook[],
): Promise<WhoReport> => {
  const report = await who(store, asked);
  const sources = await store.sources(asked.query.cluster);
  const reasons = [
    ...looks.filter(({ isWhole }) => !isWhole).map(({ node, why }) => `node ${node}: ${why ?? 'it was not looked at'}`),
    ...(sources.some(isPods) ? [] : ['no pods were listed: no address can be given a name']),
    // Nodes that were heard and had no connection at all are no source, and nothing of them is unseen.
    ...(sources.some(isConntrack) ? unseenIn(asked.range, sources) : []),
  ];
  return { ...report, completeness: { complete: reasons.length === 0, reasons } };
};
