/**
 * The stand-in for what translates once more behind the nodes: a load balancer, a NAT gateway, a firewall. The kernel does it in the
 * fabric, and what Azure would count of it is read from there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Recorder, recordTo } from '../capture.ts';
import type { Children } from '../children.ts';
import type { NodePlan } from '../topology.ts';
import type { Egress } from './causes.ts';
import { EGRESS_IP } from './destinations.ts';
import { wholeLooks } from './whole-looks.ts';

/** As Azure does, each node has ports of its own behind a load balancer; behind the others they share them. */
export const egressRules = (nodes: readonly NodePlan[], { kind, ports }: Egress): string => {
  const range = (index: number): string => {
    const low = 1_024 + (kind === 'load-balancer' ? index * ports : 0);
    return `${low}-${Math.min(65_535, low + ports - 1)}`;
  };
  return `
table ip egress {
${nodes.map(({ index }) => `  counter n${index} { }`).join('\n')}
  chain attempts {
    type filter hook postrouting priority srcnat - 1; policy accept;
${nodes.map(({ index, ip }) => `    oifname "o*" ip saddr ${ip} meta l4proto tcp ct state new ct status ! confirmed counter name n${index}`).join('\n')}
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
${nodes
  .flatMap(({ index, ip }) => [
    `    oifname "o*" ip saddr ${ip} meta l4proto tcp snat to ${EGRESS_IP}:${range(index)}`,
    `    oifname "o*" ip saddr ${ip} snat to ${EGRESS_IP}`,
  ])
  .join('\n')}
  }
}
`;
};

/** One look at the fabric. By node index: connections tried so far, and ports held now. */
export interface EgressLook {
  readonly at: number;
  readonly attempts: readonly number[];
  /** Of all nodes: packets that found no port. */
  readonly failed: number;
  readonly ports: readonly number[];
  /** One port may be held by two nodes, towards two destinations. */
  readonly portsOfAll: number;
  /** Connections open now. */
  readonly open: readonly number[];
}

export interface EgressSeen {
  readonly looks: readonly EgressLook[];
  /** When a connection was translated, and which node's. */
  readonly translated: readonly { readonly at: number; readonly node: number }[];
}

const LOOK = `while :; do
  echo "@ $(date +%s%3N)"
  nft list counters table ip egress
  conntrack -S
  conntrack -L -p tcp 2>/dev/null | grep -F 'dst=${EGRESS_IP} '
  echo .
  sleep 0.9
done`;

export const watchEgress = async (
  children: Children,
  fabric: string,
  folder: string,
): Promise<Recorder & { seen(nodes: readonly NodePlan[]): EgressSeen }> => {
  const [looks, events] = [join(folder, 'egress.txt'), join(folder, 'egress-new.txt')];
  const recorders = await Promise.all([
    recordTo(children, looks, fabric, ['sh', '-c', LOOK], (text) => text.includes('@')),
    recordTo(
      children,
      events,
      fabric,
      ['conntrack', '-E', '-e', 'NEW', '-p', 'tcp', '-o', 'timestamp', '-b', '4194304'],
      (text) => text.includes('buffer size'),
    ),
  ]);
  return {
    file: looks,
    stop: async () => {
      await Promise.all(recorders.map((recorder) => recorder.stop()));
    },
    seen: (nodes) => ({
      looks: readLooks(readFileSync(looks, 'utf8'), nodes),
      translated: readTranslated(readFileSync(events, 'utf8'), nodes),
    }),
  };
};

const readLooks = (text: string, nodes: readonly NodePlan[]): readonly EgressLook[] =>
  wholeLooks(text)
    .map((look) => {
      const entries = nodes.map(({ ip }) => look.split('\n').filter((line) => line.includes(` src=${ip} `)));
      return {
        at: Number(look.slice(0, look.indexOf('\n'))),
        attempts: nodes.map(({ index }) =>
          Number(new RegExp(`counter n${index} \\{\\s+packets (\\d+)`).exec(look)?.[1] ?? 0),
        ),
        failed: [...look.matchAll(/ insert_failed=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0),
        ports: entries.map(portsIn),
        portsOfAll: portsIn(entries.flat()),
        open: entries.map((of) => of.filter((line) => line.includes('ESTABLISHED')).length),
      };
    })
    .filter(({ at }) => at > 0);

/** The last port of an entry's line is the one that the translation took. */
const portsIn = (entries: readonly string[]): number =>
  new Set(entries.map((line) => / dport=(\d+)(?!.* dport=)/.exec(line)?.[1])).size;

const readTranslated = (text: string, nodes: readonly NodePlan[]): EgressSeen['translated'] =>
  text.split('\n').flatMap((line) => {
    const [, seconds = '', src = ''] =
      /^\[(\d+\.\d+)\s*\].* src=(\S+) dst=\S+ sport=\d+ dport=\d+ .*src=/.exec(line) ?? [];
    const node = nodes.findIndex(({ ip }) => ip === src);
    return node < 0 ? [] : [{ at: Math.round(Number(seconds) * 1_000), node }];
  });
