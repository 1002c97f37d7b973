import type { RelayRole } from './relay.ts';

/** Why a flow is not named, or not surely. Codes are for ever; the sentence says it to a person. */
export const REASONS = {
  'tuple-shared': 'several owners used this address and port during the flow, or closer to it than the clocks can tell',
  'lease-uncertain': 'a pod address sent it, and the inventory leaves open which pod held that address then',
  'translation-uncertain':
    'a translation of this tuple may have been there at the time; no line of it proves that it was',
  'conntrack-gap': 'the node lost conntrack lines at the time',
  'no-translation': 'no translation of this tuple is known',
  aggregated:
    'Traffic Analytics tells no source port, so no translation can be found: what left with the address of a node cannot be exact',
  'ip-shared': 'two pods may have held this address at the time',
  'windows-node': 'a Windows node translates without Linux conntrack',
  'forwarded-inbound': 'the node forwarded a connection that began outside',
  dns: 'a DNS server asked on behalf of whoever had asked it',
  proxy: 'a proxy sent it on behalf of one of its clients',
  'egress-gateway': 'an egress gateway sent it on behalf of a pod',
  sidecar: 'a mesh proxy that pods share sent it on behalf of one of them',
  'no-lease-then': 'no pod is known to have held the address then',
  'inventory-gap': 'no inventory covers that time',
  'node-unknown': 'no node is known to have had this address then',
  'not-outbound': 'it entered from outside: no pod of this cluster sent it',
} as const satisfies Record<string, string>;

export type Reason = keyof typeof REASONS;

/** What a verdict rests on. */
export type Evidence = 'translation' | 'lease';

/** What we say of a flow's sender. Probabilities of candidates are the caller's: here stands who is possible. */
export type Verdict =
  | { readonly kind: 'exact'; readonly by: Evidence; readonly podUid: string }
  | { readonly kind: 'node' }
  | { readonly kind: 'relayed'; readonly reason: 'forwarded-inbound' }
  /** The pod surely sent it, as `exact` has it, and only forwarded. */
  | { readonly kind: 'relayed'; readonly reason: RelayRole; readonly by: Evidence; readonly podUid: string }
  | {
      readonly kind: 'ambiguous';
      readonly reason: Reason;
      /** null: nothing tells of this flow but its node. */
      readonly by: Evidence | null;
      /** Sorted, each once; `every`: each pod that was on the node at the time. */
      readonly podUids: readonly string[] | 'every';
      readonly orNode: boolean;
    }
  | { readonly kind: 'unattributed'; readonly reason: Reason; readonly by: Evidence | null };
