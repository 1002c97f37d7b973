import { compareIp, type Cidr, parseCidr } from '../../../../base/ip.ts';
import { leavingPods, OVERLAY_PODS } from './pod-blocks.ts';
import type { Rule } from '../rule.ts';

const MOST_BLOCKS = 64;

const within = (inner: Cidr, outer: Cidr): boolean =>
  compareIp(outer.first, inner.first) <= 0 && compareIp(inner.last, outer.last) <= 0;

/** MASQ001, MASQ002, MASQ003: what ip-masq-agent is told not to translate. */
export const masquerade: Rule = (estate) => {
  const pods = leavingPods(estate);
  return estate.masqConfigs.flatMap((config) => {
    const { nonMasqueradeCidrs: list, isReconciled, address } = config;
    const blocks = list.texts.map(({ text, from }) => ({ text, from, block: parseCidr(text) }));
    const bad = blocks.filter(({ block }) => !block.ok);
    const tooMany = list.texts.length > MOST_BLOCKS;
    const refused = [
      ...bad.map(({ text, from }) => ({
        code: 'MASQ002',
        spot: from,
        subject: address,
        key: text,
        message: `"${text}" is no block of addresses`,
      })),
      ...(tooMany
        ? [
            {
              code: 'MASQ002',
              spot: list.at,
              subject: address,
              message: `${list.texts.length} blocks: ip-masq-agent takes ${MOST_BLOCKS}`,
            },
          ]
        : []),
    ];
    const good = blocks.flatMap(({ text, from, block }) => (block.ok ? [{ text, from, block: block.value }] : []));
    const beyond =
      pods === null || isReconciled ? [] : good.filter(({ block }) => !pods.some((pod) => within(block, pod)));
    const hasPods = pods === null || pods.some((pod) => good.some(({ block }) => within(pod, block)));
    return [
      ...refused,
      ...beyond.map(({ text, from }) => ({
        code: 'MASQ001',
        spot: from,
        subject: address,
        key: text,
        message: `to ${text} pods would send with addresses that nothing outside the cluster routes back to`,
      })),
      ...(isReconciled && list.sure && !hasPods && refused.length === 0
        ? [
            {
              code: 'MASQ003',
              spot: list.at,
              subject: address,
              message: `${OVERLAY_PODS}, the addresses of pods, is translated too: nobody is told apart within the cluster`,
            },
          ]
        : []),
    ];
  });
};
