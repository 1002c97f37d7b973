import { checked, type EgressSettings } from '../../../snat/allocation.ts';
import { replaceValue } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import { type Setting, toldOf } from '../../estate/setting.ts';
import type { Finding } from '../../finding.ts';
import type { Rule } from '../rule.ts';

/** A balancer or gateway of one node that Azure takes: each setting is tried in it by itself. */
const LB: EgressSettings['egress'] = { kind: 'lb', outboundIps: 100, portsPerNode: 0, idleMinutes: 30, rules: 0 };
const GATEWAY: EgressSettings['egress'] = { kind: 'nat-gateway', outboundIps: 1, idleMinutes: 4 };

const refusal = (egress: EgressSettings['egress']): string | null => {
  const result = checked({ nodes: 1, surge: { nodes: 0 }, egress });
  return result.ok ? null : result.problem;
};

/** The nearest number that is taken. */
const nearestTaken = (value: number, isTaken: (n: number) => boolean): number | null => {
  for (let apart = 1; apart <= MOST_APART; apart += 1) {
    if (value + apart >= 0 && isTaken(value + apart)) return value + apart;
    if (value - apart >= 0 && isTaken(value - apart)) return value - apart;
  }
  return null;
};
const MOST_APART = 10_000;

const tried = (
  subject: string,
  key: string,
  setting: Setting<number | null>,
  egressOf: (value: number) => EgressSettings['egress'],
): readonly Finding[] => {
  const value = toldOf(setting);
  if (setting.is !== 'set' || typeof value !== 'number') return [];
  const why = refusal(egressOf(value));
  if (why === null) return [];
  const taken = nearestTaken(value, (n) => refusal(egressOf(n)) === null);
  return [
    {
      code: 'SNAT003',
      spot: setting.at,
      subject,
      key,
      message: why,
      ...(taken === null ? {} : { fix: `Set it to ${taken.toLocaleString('en-US')}.` }),
      changes: taken === null ? [] : replaceValue(setting, String(taken)),
    },
  ];
};

/** SNAT003: numbers that Azure does not take, whatever the pool. */
export const refusedNumbers: Rule = ({ clusters, natGateways }: Estate) => [
  ...clusters.flatMap(({ address, network: { loadBalancer: lb, natGateway: gateway } }) => [
    ...(lb === null
      ? []
      : [
          ...tried(address, 'outbound_ports_allocated', lb.portsPerNode, (portsPerNode) => ({ ...LB, portsPerNode })),
          ...tried(address, 'managed_outbound_ip_count', lb.managedIps, (outboundIps) => ({ ...LB, outboundIps })),
          ...tried(address, 'idle_timeout_in_minutes', lb.idleMinutes, (idleMinutes) => ({ ...LB, idleMinutes })),
        ]),
    ...(gateway === null
      ? []
      : [
          ...tried(address, 'nat_gateway_profile.managed_outbound_ip_count', gateway.managedIps, (outboundIps) => ({
            ...GATEWAY,
            outboundIps,
          })),
          ...tried(address, 'nat_gateway_profile.idle_timeout_in_minutes', gateway.idleMinutes, (idleMinutes) => ({
            ...GATEWAY,
            idleMinutes,
          })),
        ]),
  ]),
  ...natGateways.flatMap(({ address, idleMinutes }) =>
    tried(address, 'idle_timeout_in_minutes', idleMinutes, (minutes) => ({ ...GATEWAY, idleMinutes: minutes })),
  ),
];
