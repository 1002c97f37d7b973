import { renderInstant } from '../../base/instant.ts';
import { percent } from '../../base/number-text.ts';
import type { EgressPath } from '../egress/egress-path.ts';
import { firstOf, keyOf, SOME, sum } from './destination-view.ts';
import { cannotTell, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import type { PortUse, Signals } from './signals.ts';

/** From here on a firewall runs out in one of its instances, though not in all. */
const FIREWALL_FULL = 95;
const NEAR = 0.98;

const LB_METRICS: Lack = {
  what: 'what the load balancer counted: SnatConnectionCount, AllocatedSnatPorts and UsedSnatPorts by backend',
  how: "az monitor metrics list --resource <load balancer> --metric SnatConnectionCount --filter \"ConnectionState eq '*' and BackendIPAddress eq '*'\" -o json, and AllocatedSnatPorts UsedSnatPorts with --filter \"ProtocolType eq '*' and BackendIPAddress eq '*'\", then unmasq ingest; or metrics: in the configuration of unmasq serve (docs/guide/azure-metrics.md)",
};
const GATEWAY_METRICS: Lack = {
  what: 'what the NAT gateway counted: SNATConnectionCount by state, PacketDropCount',
  how: 'az monitor metrics list --resource <NAT gateway> --metric SNATConnectionCount --filter "ConnectionState eq \'*\'" -o json, and PacketDropCount without a filter, then unmasq ingest (docs/guide/azure-metrics.md)',
};
const FIREWALL_METRICS: Lack = {
  what: 'how full the firewall’s ports were: SNATPortUtilization',
  how: 'az monitor metrics list --resource <firewall> --metric SNATPortUtilization -o json, then unmasq ingest (docs/guide/azure-metrics.md)',
};

/** Ports that run out behind the node: at a load balancer, a NAT gateway or a firewall. Only they count what they could not translate. */
export const outboundPorts = (signals: Signals): readonly Finding[] =>
  (
    [
      ['lb', loadBalancer(signals)],
      ['nat-gateway', natGateway(signals)],
      ['firewall', firewall(signals)],
    ] as const
  ).map(([path, finding]) => (finding.status === 'cannot-tell' ? unlessElsewhere(finding, path, signals) : finding));

/** What nothing leaves through fails nobody. */
const unlessElsewhere = (finding: Finding, path: EgressPath, { egressPaths }: Signals): Finding => {
  const outside: readonly EgressPath[] = egressPaths.filter((one) => one !== 'vnet');
  return outside.length === 0 || outside.includes('unknown') || outside.includes(path)
    ? finding
    : ruledOut(
        finding.cause,
        fact(
          `what leaves the cluster leaves by ${outside.join(', ')}, as its network is set up`,
          'Azure resources',
          null,
        ),
      );
};

const loadBalancer = (signals: Signals): Finding => {
  const { backends, attempts, nodePorts } = signals;
  const cause = 'lb-snat-exhaustion';
  const told = backends.filter(
    ({ failed, used, allocated }) => failed !== null || (used !== null && allocated !== null),
  );
  if (told.length === 0) return byPortsHeld(signals);
  const failing = told.filter(({ failed }) => (failed ?? 0) > 0);
  const full = told.filter(
    ({ used, allocated }) => used !== null && (allocated ?? 0) > 0 && used >= (allocated ?? 0) * NEAR,
  );
  const facts = (failing.length > 0 ? failing : full.length > 0 ? full : told)
    .slice(0, 5)
    .map(({ nodeIp, protocol, failed, used, allocated, at }) =>
      fact(
        `${nodeIp}: ${[
          ...(failed === null ? [] : [`${failed} connections failed for want of a port`]),
          ...(used === null || allocated === null ? [] : [`${used} of ${allocated} ${protocol} ports used`]),
        ].join(', ')}`,
        'load balancer metrics',
        at,
      ),
    );
  const ips = new Set(failing.map(({ nodeIp }) => nodeIp));
  if (failing.length > 0) {
    const lost = attempts.filter(({ srcIp, unanswered }) => ips.has(srcIp) && unanswered > 0);
    const largest = nodePorts.filter(({ srcIp }) => ips.has(srcIp));
    return ruledIn(
      cause,
      3,
      sum(failing, ({ failed }) => failed ?? 0),
      lost.map(keyOf),
      [...facts, ...heldFacts(largest)],
    );
  }
  // What failed is told of a backend whole, its ports by protocol.
  const counted = new Set(told.flatMap(({ nodeIp, failed }) => (failed === null ? [] : [nodeIp])));
  const uncounted = [...new Set([...told.map(({ nodeIp }) => nodeIp), ...signals.balanced])].filter(
    (ip) => !counted.has(ip),
  );
  if (uncounted.length === 0) return ruledOut(cause, ...facts);
  return full.length > 0
    ? ruledIn(cause, 1, 0, [], facts)
    : cannotTell(cause, [{ ...LB_METRICS, what: `${LB_METRICS.what}, of ${firstOf(uncounted.sort())}` }], facts);
};

/**
 * Without a word from Azure: a node that held towards one destination as many ports as it has, while some of its connections there went unanswered. One port may
 * serve several destinations, so that fewer of several show nothing.
 */
const byPortsHeld = ({ attempts, nodePorts, portsPerNode }: Signals): Finding => {
  const cause = 'lb-snat-exhaustion';
  const lostOf = ({ srcIp, destIp, destPort, protocol }: PortUse): number =>
    sum(
      attempts.filter(
        (one) => one.srcIp === srcIp && one.destIp === destIp && one.destPort === destPort && one.protocol === protocol,
      ),
      ({ unanswered }) => unanswered,
    );
  const full = nodePorts.filter(
    (use) => portsPerNode !== null && use.protocol === 'tcp' && use.peak >= portsPerNode * NEAR && lostOf(use) >= SOME,
  );
  if (full.length === 0) return cannotTell(cause, [LB_METRICS], heldFacts(nodePorts));
  return ruledIn(
    cause,
    2,
    sum(full, lostOf),
    full.map(keyOf),
    full
      .slice(0, 5)
      .map((use) =>
        fact(
          `${use.node ?? use.srcIp} held ${use.peak} ports towards ${keyOf(use)}, and the load balancer gives it ${portsPerNode}; ${lostOf(use)} connections there went unanswered`,
          'flows, Azure resources',
          use.peakAt,
        ),
      ),
  );
};

/** Who would be behind it. */
const heldFacts = (ports: Signals['nodePorts']): ReturnType<typeof fact>[] => {
  const most = ports.toSorted((a, b) => b.peak - a.peak)[0];
  return most === undefined
    ? []
    : [
        fact(
          `${most.node ?? most.srcIp} held at most ${most.peak} ports towards ${keyOf(most)}, the most of any destination`,
          'flows',
          most.peakAt,
        ),
      ];
};

const natGateway = ({ shared, attempts }: Signals): Finding => {
  const cause = 'nat-gateway-drops';
  const gateways = shared.filter(({ kind }) => kind === 'nat-gateway');
  if (gateways.every(({ failed, dropped }) => failed === null && dropped === null))
    return cannotTell(cause, [GATEWAY_METRICS]);
  const facts = gateways.map(({ resource, failed, dropped, at }) =>
    fact(
      `${resource.split('/').at(-1)}: ${[
        ...(failed === null ? [] : [`${failed} connections failed for want of a port`]),
        ...(dropped === null ? [] : [`${dropped} packets dropped`]),
      ].join(', ')}`,
      'NAT gateway metrics',
      at,
    ),
  );
  const silent = attempts.filter(({ unanswered }) => unanswered > 0);
  const failed = sum(gateways, (one) => one.failed ?? 0);
  if (failed > 0) return ruledIn(cause, 3, failed, silent.map(keyOf), facts);
  // A gateway drops a packet now and then for other reasons: as many as calls failed are its work.
  const dropped = sum(gateways, (one) => one.dropped ?? 0);
  const unanswered = sum(silent, (one) => one.unanswered);
  if (dropped >= SOME && unanswered >= SOME && dropped >= unanswered * DROPS_OF_FAILED)
    return ruledIn(cause, 1, Math.min(dropped, unanswered), silent.map(keyOf), facts);
  return gateways.every((one) => one.failed !== null) && dropped === 0
    ? ruledOut(cause, ...facts)
    : cannotTell(cause, gateways.some((one) => one.failed === null) ? [GATEWAY_METRICS] : [], facts);
};

/** Each call that finds no way sends its first packet several times. */
const DROPS_OF_FAILED = 1;

const firewall = ({ shared, attempts }: Signals): Finding => {
  const cause = 'firewall-snat';
  const told = shared.filter(({ kind, utilization }) => kind === 'firewall' && utilization !== null);
  if (told.length === 0) return cannotTell(cause, [FIREWALL_METRICS]);
  const facts = told.map(({ resource, utilization, at }) =>
    fact(
      `${resource.split('/').at(-1)}: ${percent(utilization ?? 0, 100)} of its ports used, up to ${renderInstant(at)}`,
      'firewall metrics',
      at,
    ),
  );
  if (!told.some(({ utilization }) => (utilization ?? 0) >= FIREWALL_FULL)) return ruledOut(cause, ...facts);
  const silent = attempts.filter(({ unanswered }) => unanswered > 0);
  const lost = sum(silent, ({ unanswered }) => unanswered);
  return lost >= SOME ? ruledIn(cause, 3, lost, silent.map(keyOf), facts) : cannotTell(cause, [], facts);
};
