import { parseFlowFilter } from '../../../src/contract/flow-filter.ts';
import type { UsedView } from '../../state/use-view.ts';
import type { Item } from './drawn.ts';

/** Where a click leads; null: there is no one place for it. */

/** The flows of a sender, narrowed as the map is. */
export const fromLink = ({ to }: Pick<UsedView, 'to'>, item: Item, where: string | null): string | null => {
  const condition = senderCondition(item.from);
  return condition === null ? null : to('/flows', { where: both(where, condition) });
};

/** Who talks to a destination; of one with several addresses that are all known, their flows. */
export const toLink = ({ to }: Pick<UsedView, 'to'>, items: readonly Item[], where: string | null): string | null => {
  const [first, second] = items;
  if (first === undefined) return null;
  if (second === undefined && first.to.dest !== null) return to('/who', { dest: first.to.dest });
  const addresses = [...new Set(items.flatMap((item) => item.to.addresses))];
  const areAll = items.every((item) => item.to.addressCount === item.to.addresses.length);
  return areAll && addresses.length > 0 ? to('/flows', { where: both(where, destIn(addresses)) }) : null;
};

const destIn = (addresses: readonly string[]): string => `dest in (${addresses.map(word).join(', ')})`;

/** The flows of an edge. */
export const edgeLink = ({ to }: Pick<UsedView, 'to'>, item: Item, where: string | null): string | null => {
  const [from, dest] = [senderCondition(item.from), destCondition(item.to)];
  return from === null || dest === null ? null : to('/flows', { where: both(where, `${from} and ${dest}`) });
};

const senderCondition = ({ kind, workload, node, pod }: Item['from']): string | null => {
  if (workload !== null) return equals('workload', `${workload.namespace}/${(pod ?? workload).name}`);
  switch (kind) {
    case 'node':
      return node === null || node === '' ? 'verdict = node' : and('verdict = node', equals('node', node));
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
  return addressCount === 0 || addressCount > addresses.length ? null : destIn(addresses);
};

/** Names are what somebody else chose: whatever stands in them stays one word. Of one that cannot be written as a word there is no condition. */
const equals = (field: string, text: string): string | null =>
  text.includes('"') && text.includes("'") ? null : `${field} = ${word(text)}`;
const word = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : text.includes('"') ? `'${text}'` : `"${text}"`;
const and = (one: string, other: string | null): string | null => (other === null ? null : `${one} and ${other}`);

/** Both; where they speak of the same field, what was clicked on. */
const both = (where: string | null, condition: string): string => {
  const joined = where === null || where.trim() === '' ? condition : `${where} and ${condition}`;
  return parseFlowFilter(joined).ok ? joined : condition;
};
