/** Sums over flow records: nothing lost, nothing twice. */
export interface RecordSums {
  readonly records: number;
  readonly bytes: number;
}

/** Sums over flows with verdicts. */
export interface FlowSums {
  /** Flows that the flow log saw. */
  readonly flows: number;
  /** Of those, both directions. */
  readonly bytes: number;
  /** Flows that left with a node's address and were given to one pod. */
  readonly named: number;
  /** Sum over them of the port on the wire times the first twelve bits of the pod's UID: two that are given to the wrong pod change it. */
  readonly pods: number;
}

/** What must be the same to the last unit, and what may differ by a thousandth: `said = {exact text, near numbers}`. */
export interface Checksum {
  readonly exact: string;
  readonly near?: Readonly<Record<string, number>>;
}

export const recordText = ({ records, bytes }: RecordSums): Checksum => ({
  exact: `records=${records} bytes=${bytes}`,
});

/** Where unmasq says that it cannot tell, a peer that joins by time guesses, and mostly guesses right: who is named is compared nearly. */
export const flowText = ({ flows, bytes, named, pods }: FlowSums): Checksum => ({
  exact: `flows=${flows} bytes=${bytes}`,
  near: { named, pods },
});

const NEAR = 0.001;

/** Why the two are not of the same work; null when they are. */
export const difference = (a: Checksum, b: Checksum): string | null => {
  if (a.exact !== b.exact) return `${a.exact} is not ${b.exact}`;
  for (const [name, value] of Object.entries(a.near ?? {})) {
    const other = b.near?.[name] ?? Number.NaN;
    if (!(Math.abs(value - other) <= NEAR * Math.max(value, other))) return `${name}: ${value} is not near ${other}`;
  }
  return null;
};

export const renderChecksum = ({ exact, near = {} }: Checksum): string =>
  [exact, ...Object.entries(near).map(([name, value]) => `${name}=${value}`)].join(' ');

/** The first twelve bits of a pod's UID, which is hexadecimal. */
export const uidBits = (uid: string): number => Number.parseInt(uid.slice(0, 3), 16);

/** A translation names the pod, also where it sent for others; its peers know nothing of relays. Its places in the enumeration of the table. */
export const SAID_BY_TRANSLATION: ReadonlySet<number> = new Set([1, 18, 20, 22, 24]);
