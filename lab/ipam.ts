/** Who holds which address of a node's pod range. */
export interface Ipam {
  /** The `host` part of an address: the one freed last, if that was at least `gapMs` ago; otherwise one never used. */
  take(node: number, now: number, gapMs: number): number;
  /** Addresses that the run begins with. */
  reserve(node: number, host: number): void;
  release(node: number, host: number, now: number): void;
  readonly reuses: number;
}

const FIRST_HOST = 4;

export const createIpam = (): Ipam => {
  const next = new Map<number, number>();
  const free: { readonly node: number; readonly host: number; readonly since: number }[] = [];
  let reuses = 0;
  return {
    take: (node, now, gapMs) => {
      const at = free.findLastIndex((each) => each.node === node && now - each.since >= gapMs);
      const [freed] = at < 0 ? [] : free.splice(at, 1);
      if (freed !== undefined) {
        reuses += 1;
        return freed.host;
      }
      const host = next.get(node) ?? FIRST_HOST;
      next.set(node, host + 1);
      return host;
    },
    reserve: (node, host) => void next.set(node, Math.max(next.get(node) ?? FIRST_HOST, host + 1)),
    release: (node, host, now) => void free.push({ node, host, since: now }),
    get reuses() {
      return reuses;
    },
  };
};
