import { setTimeout as sleep } from 'node:timers/promises';
import { runInside } from './children.ts';
import type { NodePlan } from './topology.ts';

/** How many entries of one origin the kernel had towards one destination. */
export interface Counted {
  readonly nodeIp: string;
  readonly originIp: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly ports: number;
}

/** What the connection tracking of one node held at a moment. */
export interface Look {
  readonly at: number;
  /** The table was read at some moment of so long before. */
  readonly tookMs: number;
  readonly counted: readonly Counted[];
}

const EVERY_MS = 1_000;
/**
 * The table, and when it had been read. The kernel takes entries that have expired out as it lists the others, and says so: what is listed is what there is when the
 * list is done. The shell takes it all before it looks at the clock, so that whoever reads its output slowly does not matter.
 */
const LOOK = 'date +%s%N; table=$(conntrack -L -f ipv4 -o extended 2>/dev/null); date +%s%N; echo "$table"';
const ENTRY =
  /^(?:ipv[46]\s+\d+\s+)?(tcp|udp)\s.*?src=(\S+) dst=\S+ sport=\d+ dport=\d+.*?src=(\S+) dst=(\S+) sport=(\d+) dport=\d+/;

/** Looks at the table of a node once a second, and counts what takes a port of the node's address. */
export const countPorts = async (
  node: NodePlan,
  namespace: string,
  looks: Look[],
): Promise<{ stop(): Promise<void> }> => {
  const running = new AbortController();
  const looking = (async () => {
    while (!running.signal.aborted) {
      const text = await runInside(namespace, 'sh', ['-c', LOOK]);
      const [began, done] = text.split('\n', 2).map((ns) => Number(ns) / 1e6) as [number, number];
      looks.push({ at: done, tookMs: done - began, counted: countedOf(text, node.ip) });
      await sleep(EVERY_MS, undefined, { signal: running.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      running.abort();
      await looking;
    },
  };
};

const countedOf = (text: string, nodeIp: string): readonly Counted[] => {
  const entries = text.split('\n').flatMap((line) => {
    const [, protocol = '', originIp = '', destIp = '', owner = '', destPort = ''] = ENTRY.exec(line) ?? [];
    return owner === nodeIp ? [{ nodeIp, originIp, destIp, destPort: Number(destPort), protocol }] : [];
  });
  return [...Map.groupBy(entries, (entry) => JSON.stringify(entry)).values()].map((same) => ({
    ...(same[0] as (typeof entries)[0]),
    ports: same.length,
  }));
};
