import type { FindingSpec } from '../finding.ts';

const AKS = 'https://learn.microsoft.com/azure/aks';

/** SNAT: ports for translating at the load balancer or the gateway. */
export const SNAT_FINDINGS = {
  SNAT001: {
    severity: 'critical',
    says: "nodes can run out of SNAT ports below their pool's size",
    why: 'scaling out and upgrades fail at the node that there are no ports for',
    fix: 'Add outbound addresses, or allocate fewer ports.',
    doc: `${AKS}/load-balancer-standard#configure-the-allocated-outbound-ports`,
  },
  SNAT002: {
    severity: 'warning',
    says: 'the pool can grow over a step of the table of default ports',
    why: 'the ports of every node are cut at that node, and connections that are open are dropped',
    fix: 'Set outbound_ports_allocated.',
    doc: `${AKS}/load-balancer-standard#configure-the-allocated-outbound-ports`,
  },
  SNAT003: {
    severity: 'critical',
    says: 'a number that Azure does not take',
    why: 'the cluster is refused',
    fix: 'Use a number that it takes.',
    doc: `${AKS}/load-balancer-standard`,
  },
  SNAT004: {
    severity: 'warning',
    says: 'many nodes by the default ports of a load balancer',
    why: 'a node has 1,024 ports to one destination at most, and fewer from node 51 on',
    fix: 'Private endpoints for services of Azure, ports that are set, or a NAT gateway.',
    doc: `${AKS}/egress-outboundtype`,
  },
  SNAT005: {
    severity: 'note',
    says: 'outbound addresses that give nobody a port more',
    why: 'by the table a node has at most 1,024 ports, however many addresses there are',
    fix: 'Set outbound_ports_allocated, or give the addresses up.',
    doc: `${AKS}/load-balancer-standard`,
  },
  SNAT006: {
    severity: 'critical',
    says: "a gateway that AKS manages, in a network of one's own",
    why: 'Azure refuses it',
    fix: 'Use userAssignedNATGateway with a gateway on the subnet.',
    doc: `${AKS}/nat-gateway`,
  },
  SNAT007: {
    severity: 'critical',
    says: "a gateway of one's own that is not there",
    why: 'Azure refuses the cluster, or nothing of it leaves',
    fix: 'Associate a NAT gateway with the subnet of the nodes.',
    doc: `${AKS}/nat-gateway`,
  },
  SNAT008: {
    severity: 'critical',
    says: 'a NAT gateway without an address',
    why: 'nothing leaves by it',
    fix: 'Associate a public address, or a prefix.',
    doc: `https://learn.microsoft.com/azure/nat-gateway/nat-gateway-resource`,
  },
  SNAT009: {
    severity: 'note',
    says: 'a gateway wins over the load balancer',
    why: 'UsedSnatPorts of the load balancer stays near nothing, and its outbound addresses cost',
    fix: 'Set outbound_type to userAssignedNATGateway.',
    doc: `${AKS}/nat-gateway`,
  },
  SNAT010: {
    severity: 'warning',
    says: 'settings of a way that is not taken',
    why: 'they look as if they had an effect',
    fix: 'Take them out.',
    doc: `${AKS}/egress-outboundtype`,
  },
} as const satisfies Record<string, FindingSpec>;
