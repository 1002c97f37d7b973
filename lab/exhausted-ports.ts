import { runInside } from './children.ts';

const PORTS = 2;
const CONNECTIONS = 20;
/** Where the connections go. */
export const EXHAUSTED = '203.0.113.126';

/** Its rules come before those of the node. */
const rules = `
table inet few {
  chain postrouting {
    type nat hook postrouting priority srcnat - 1;
    ip daddr ${EXHAUSTED} udp dport 53 masquerade to :40000-${40_000 + PORTS - 1}
  }
}
`;

const SEND = `
import socket
for n in range(${CONNECTIONS}):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind(("", 20000 + n))
    one.sendto(b"x", ("${EXHAUSTED}", 53))
`;

/** Connections for which a node has no port left. Gives how many the kernel then says it could not enter. */
export const exhaustPorts = async (node: string, pod: string): Promise<number> => {
  // What an earlier call left holds the ports still: its connections would not be new.
  await runInside(node, 'conntrack', ['-D', '-d', EXHAUSTED]).catch(() => undefined);
  const before = await notEntered(node);
  await runInside(node, 'nft', ['-f', '-'], rules);
  await runInside(pod, 'python3', ['-c', SEND]);
  await runInside(node, 'nft', ['delete', 'table', 'inet', 'few']);
  return (await notEntered(node)) - before;
};

const notEntered = async (node: string): Promise<number> =>
  [...(await runInside(node, 'conntrack', ['-S'])).matchAll(/ insert_failed=(\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
