import { MINUTE, SECOND } from '../../base/instant.ts';

/** Ports that a node's translation can choose from for one destination address, port and protocol: 1024–65535 (Linux nf_nat_core.c). */
export const NODE_PORTS = 64_512;

/**
 * How long a load balancer keeps the port of a TCP connection after its FIN. The node's connection tracking keeps the entry for two minutes (TIME_WAIT),
 * so a port is taken for two minutes longer than the entry is there. From older copies of Microsoft's page; the one of 2026 does not say.
 */
const LB_AFTER_FIN = 240 * SECOND;
const TIME_WAIT = 2 * MINUTE;

/** How much longer than the node the load balancer keeps a port. */
export const LB_LONGER = LB_AFTER_FIN - TIME_WAIT;
