import { count, percent } from '../../../src/base/number-text.ts';
import type { SnatStatus } from '../../../src/contract/answers.ts';

const TIGHT = 0.8;

/** Are we running out? No surer than what is told. */
export const headline = ({ items }: Pick<SnatStatus, 'items'>): string => {
  const failed = items.reduce((sum, item) => sum + (item.failed ?? 0), 0);
  const [first] = items;
  if (first === undefined) return 'No port was taken.';
  const name = first.node ?? first.nodeIp;
  if (failed > 0) return `${count(failed)} connections failed for want of a port.`;
  if (first.share !== null && first.allocated !== null) {
    const uses = `uses ${first.shareIs === 'at-most' ? 'up to ' : ''}${percent(first.share, 1)} of its ${count(first.allocated)} ports.`;
    return first.share >= TIGHT ? `${name} ${uses}` : `No node is near its limit: ${name}, the nearest, ${uses}`;
  }
  return `${name} holds most ports, up to ${count(first.atMost)}; how many it may have is not told.`;
};
