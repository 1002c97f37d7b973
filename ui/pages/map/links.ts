import { parseFlowFilter } from '../../../src/contract/flow-filter.ts';
import type { UsedView } from '../../state/use-view.ts';
import type { Item } from './drawn.ts';

/** Where a click leads; null: there is no one place for it. */

/** The flows of a sender, narrowed as the map is. */
export const fromLink = ({ to }: Pick<UsedView, 'to'>, item: Item, where: string | null): string | null => {
  const condition = senderCondition(item.from);
  return condition === null ? null : to('/flows', { where: both(where, condition) });
};

/** Who talks to a destination; of one with several addresses that are known, their flows. */
export const toLink = ({ to }: Pick<UsedView, 'to'>, { to: target }: Item, where: string | null): string | null => {
  if (target.dest !== null) return to('/who', { dest: target.dest });
  const condition = destCondition(target);
  return condition === null ? null : to('/flows', { where: both(where, condition) });
};

/** The flows of an edge. */
export const edgeLink = ({ to }: Pick<UsedView, 'to'>, item: Item, where: string | null): string | null => {
  const [from, dest] = [senderCondition(item.from), destCondition(item.to)];
  return from === null || dest === null ? null : to('/flows', { where: both(where, `${from} and ${dest}`) });
};

const senderCondition = ({ kind, workload, node }: Item['from']): string | null => {
  if (workload !== null) return `workload = ${word(`${workload.namespace}/${workload.name}`)}`;
  switch (kind) {
    case 'node':
      return node === null || node === '' ? 'verdict = node' : `verdict = node and node = ${word(node)}`;
    case 'ambiguous':
    case 'unattributed':
      return `verdict = ${kind}`;
    case 'outside':
      return 'verdict = relayed';
    default:
      return null;
  }
};

const destCondition = ({ dest, addresses, addressCount }: Item['to']): string | null => {
  const [only, port] = [dest?.split('/')[0] ?? '', /:\d+\/(\w+)$/.exec(dest ?? '')];
  if (port !== null) return `dest = ${word(only)} and proto = ${port[1]}`;
  if (dest !== null) return `dest = ${word(dest)}`;
  return addressCount === 0 || addressCount > addresses.length ? null : `dest in (${addresses.map(word).join(', ')})`;
};

/** Names are what somebody else chose: whatever stands in them stays one word. */
const word = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : text.includes('"') ? `'${text}'` : `"${text}"`;

/** Both; where they speak of the same field, what was clicked on. */
const both = (where: string | null, condition: string): string => {
  const joined = where === null || where.trim() === '' ? condition : `${where} and ${condition}`;
  return parseFlowFilter(joined).ok ? joined : condition;
};
