/** Who holds which address of a node's pod range. */
export interface Ipam {
  /**
   * The `host` part of an address: the one freed last, if that was at least `gapMs` ago; otherwise one never used, and when
   * there is none left, the one that has been free for longest.
   */
  take(node: number, now: number, gapMs: number): number;
  /** Addresses that the run begins with. */
  reserve(node: number, host: number): void;
  release(node: number, host: number, now: number): void;
  readonly reuses: number;
}

/** An address below is the node's own end of the pod range. */
export const FIRST_HOST = 4;
/** The last of a /24 that a pod can have. */
const LAST_HOST = 254;

interface Freed {
  readonly host: number;
  readonly since: number;
}

export const createIpam = (): Ipam => {
  const next = new Map<number, number>();
  const free = new Map<number, Freed[]>();
  let reuses = 0;
  const takeFreed = (freed: Freed[], at: number): number => {
    reuses += 1;
    return (freed.splice(at, 1)[0] as Freed).host;
  };
  return {
    take: (node, now, gapMs) => {
      const freed = free.get(node) ?? [];
      const at = freed.findLastIndex((each) => now - each.since >= gapMs);
      if (at >= 0) return takeFreed(freed, at);
      const host = next.get(node) ?? FIRST_HOST;
      if (host > LAST_HOST) {
        if (freed.length === 0) throw new Error(`node ${node} has no address left for another pod`);
        return takeFreed(freed, 0);
      }
      next.set(node, host + 1);
      return host;
    },
    reserve: (node, host) => void next.set(node, Math.max(next.get(node) ?? FIRST_HOST, host + 1)),
    release: (node, host, now) => {
      const freed = free.get(node);
      if (freed === undefined) free.set(node, [{ host, since: now }]);
      else freed.push({ host, since: now });
    },
    get reuses() {
      return reuses;
    },
  };
};
