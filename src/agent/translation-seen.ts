/**
 * Whether a line of conntrack shows a source translation: what answers, answers another address or port than the one that asked.
 * null: it is no line with two sides.
 */
export const showsTranslation = (line: string): boolean | null => {
  const asked = /\bsrc=(\S+) dst=\S+(?: sport=(\d+))?/.exec(line);
  if (asked === null) return null;
  const answered = /\bsrc=\S+ dst=(\S+)(?: sport=\d+ dport=(\d+))?/.exec(line.slice(asked.index + asked[0].length));
  if (answered === null) return null;
  return asked[1] !== answered[1];
};

/** Cilium's own link on the node, as `/proc/net/dev` lists links. */
export const hasCilium = (procNetDev: string): boolean => /^\s*cilium_host:/m.test(procNetDev);

/** Lines that were looked at before the absence of every translation means something. */
const ENOUGH_LINES = 2_000;

/** What is said when nothing on the node is translated where conntrack can see it; null: there is nothing to say (yet). */
export const blindness = (looked: number, translated: number, isCilium: boolean): string | null => {
  if (translated > 0 || looked < ENOUGH_LINES) return null;
  return isCilium
    ? `none of ${looked} conntrack lines shows a translation, and Cilium is on this node: it masquerades in eBPF, where Linux conntrack cannot see it; this agent tells nothing of which pod is behind a flow`
    : `none of ${looked} conntrack lines shows a translation: pods here leave with their own addresses, or something else than Linux conntrack translates them`;
};
