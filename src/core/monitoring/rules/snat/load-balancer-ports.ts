import {
  allocationFor,
  checked,
  mostNodesFor,
  mostPortsFor,
  PORT_STEP,
  PORTS_PER_ADDRESS,
  stepsBetween,
} from '../../../snat/allocation.ts';
import { type Change, setArgument } from '../../changes.ts';
import type { LoadBalancerProfile } from '../../estate/cluster.ts';
import { type Frontends, nodeCount, portsAt } from '../../estate/egress.ts';
import { addressesCost, costing, usd } from '../money.ts';
import { says } from '../numbers.ts';
import { behind, withPorts } from './behind.ts';
import type { Rule } from '../rule.ts';

const withIps = (profile: LoadBalancerProfile, ips: number): readonly Change[] =>
  profile.ownIps === 0 ? setArgument(profile, 'managed_outbound_ip_count', profile.managedIps, String(ips)) : [];

/** SNAT001: ports that are set do not go round once the pool is as large as it may become. */
export const tooFewPorts: Rule = ({ clusters }) =>
  behind(clusters).flatMap(({ cluster, frontends, profile }) => {
    const { portsPerNode: ports, outboundIps } = frontends;
    const { most, inUpgrade } = nodeCount(cluster);
    if (profile === null || ports === 0 || !isTaken(frontends) || portsAt(frontends, inUpgrade) !== null) return [];
    const needed = allocationFor(ports, inUpgrade, 0);
    const enough = mostNodesFor(frontends);
    return [
      {
        code: 'SNAT001',
        spot: profile.portsPerNode.at,
        subject: cluster.address,
        message: `${says(ports)} ports for each of ${says(inUpgrade)} nodes (${says(inUpgrade - most)} of them added by an upgrade) are more than ${says(outboundIps)} × ${says(PORTS_PER_ADDRESS)}`,
        matters: `node ${says(enough + 1)} gets no ports: scaling out and upgrades fail there`,
        fix:
          needed === null
            ? 'Set fewer ports: no number of addresses is enough.'
            : `Set managed_outbound_ip_count to ${needed.outboundIps}.`,
        ...(needed === null ? {} : costing(addressesCost(needed.outboundIps - outboundIps))),
        changes: needed === null ? [] : withIps(profile, needed.outboundIps),
      },
    ];
  });

/** Whether Azure takes the numbers by themselves, of however few nodes. */
const isTaken = ({ outboundIps, portsPerNode }: Frontends): boolean =>
  checked({
    nodes: 1,
    surge: { nodes: 0 },
    egress: { kind: 'lb', outboundIps: Math.max(outboundIps, 2), portsPerNode, idleMinutes: 30, rules: 0 },
  }).ok;

/** SNAT002: the table halves every node's ports at a size that the pool can reach. */
export const crossesStep: Rule = ({ clusters }) =>
  behind(clusters).flatMap(({ cluster, frontends, profile }) => {
    const { least, inUpgrade, sure } = nodeCount(cluster);
    if (frontends.portsPerNode > 0 || !sure) return [];
    const [step] = stepsBetween(least, inUpgrade, frontends.outboundIps);
    if (step === undefined) return [];
    const ports = mostPortsFor(frontends, inUpgrade);
    return [
      {
        code: 'SNAT002',
        spot: profile?.at ?? cluster.network.at,
        subject: cluster.address,
        message: `from ${says(least)} to ${says(inUpgrade)} nodes: node ${says(step.atNodes)} takes each of them from ${says(step.portsBefore)} to ${says(step.portsAfter)} ports`,
        fix: `Set outbound_ports_allocated to ${says(ports)}, which is enough for ${says(inUpgrade)} nodes.`,
        changes: ports < PORT_STEP ? [] : withPorts(cluster, profile, ports),
      },
    ];
  });

/** SNAT005: addresses that give nobody a port more. */
export const uselessAddresses: Rule = ({ clusters }) =>
  behind(clusters).flatMap(({ cluster, frontends, profile }) => {
    const { outboundIps, portsPerNode } = frontends;
    const { least, inUpgrade, sure } = nodeCount(cluster);
    if (profile === null || portsPerNode > 0 || outboundIps < 2 || !sure || profile.ownIps !== 0) return [];
    const one = { ...frontends, outboundIps: 1 };
    // the table goes down with the pool: equal at both ends is equal between, unless addresses make up for a step
    const isSame = [least, inUpgrade].every(
      (nodes) => portsAt(one, nodes) !== null && portsAt(one, nodes) === portsAt(frontends, nodes),
    );
    if (!isSame) return [];
    const ports = mostPortsFor(frontends, inUpgrade);
    return [
      {
        code: 'SNAT005',
        spot: profile.managedIps.at,
        subject: cluster.address,
        message: `${says(outboundIps)} addresses give a node ${says(portsAt(one, inUpgrade) ?? 0)} ports, and so does one`,
        fix: `Set outbound_ports_allocated to ${says(ports)}, or give ${says(outboundIps - 1)} addresses up, which saves ${usd(addressesCost(outboundIps - 1))} a month.`,
        changes: ports < PORT_STEP ? [] : withPorts(cluster, profile, ports),
      },
    ];
  });
