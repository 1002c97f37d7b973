import { addInto } from '../../changes.ts';
import { agentsIn } from '../inventory-sources.ts';
import { toldOf } from '../../estate/setting.ts';
import type { Rule } from '../rule.ts';
import { portsMatter } from '../snat/ports-of-cluster.ts';

/** NET001: an overlay cluster whose way out nobody chose. */
export const egressByDefault: Rule = ({ clusters }) =>
  clusters.flatMap((cluster) => {
    const { address, network } = cluster;
    const { mode, outboundType, dataPlane, policy } = network;
    if (toldOf(mode)?.toLowerCase() !== 'overlay' || outboundType.is !== 'unset') return [];
    const unset = [
      'outbound_type',
      ...(dataPlane.is === 'unset' ? ['network_data_plane'] : []),
      ...(policy.is === 'unset' ? ['network_policy'] : []),
    ];
    return [
      {
        code: 'NET001',
        spot: network.at,
        subject: address,
        message: `${address} leaves ${unset.join(', ')} to Azure: the load balancer translates, with at most 1,024 ports for a node`,
        ...portsMatter(cluster),
        changes: addInto(network, 'outbound_type = "loadBalancer"'),
      },
    ];
  });

const EBPF = 'kubernetes.azure.com/ebpf-host-routing';

/** NET002: translations that the kernel's connection tracking does not see. */
export const hostRouting: Rule = (estate) =>
  agentsIn(estate).length > 0
    ? []
    : estate.clusters.flatMap(({ pools }) =>
        pools
          .filter(({ labels }) => toldOf(labels)?.get(EBPF) === 'true')
          .map(({ address, labels }) => ({
            code: 'NET002',
            spot: labels.at,
            subject: address,
            message: `nodes of ${address} translate in eBPF, and conntrack does not see it`,
          })),
      );

/** NET003: pools of Windows. */
export const windowsPools: Rule = ({ clusters }) =>
  clusters.flatMap(({ pools }) =>
    pools
      .filter(({ os }) => toldOf(os)?.toLowerCase() === 'windows')
      .map(({ address, os }) => ({
        code: 'NET003',
        spot: os.at,
        subject: address,
        message: `${address} runs Windows: what its pods send is never attributed exactly`,
      })),
  );

/** NET004: what comes in is sent on with the address of a node. */
export const forwardedInbound: Rule = ({ services }) =>
  services
    .filter(({ type }) => ['NodePort', 'LoadBalancer'].includes(toldOf(type) ?? ''))
    .filter(({ externalTrafficPolicy }) => toldOf(externalTrafficPolicy)?.toLowerCase() === 'cluster')
    .map(({ address, externalTrafficPolicy }) => ({
      code: 'NET004',
      spot: externalTrafficPolicy.at,
      subject: address,
      message: `what comes in for ${address} is forwarded with the address of a node`,
    }));
