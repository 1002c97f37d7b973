import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { attribute } from './attribute.ts';
import type { PodLease } from './lease.ts';
import { podLease } from './pod-lease.testing.ts';
import { forwards, MANY_CLIENTS, type RelayRole, relayLeases, relayRuleOf, relaysOf } from './relay.ts';
import type { Translation } from './translation.ts';
import { nodeLease, worldWith } from './world.testing.ts';

const called = (namespace: string, name: string, kind = 'Deployment') => ({ kind, namespace, name });

test.each<[string, string, string, RelayRole | null]>([
  ['the DNS server of the cluster', 'kube-system', 'coredns', 'dns'],
  ['its autoscaler is none', 'kube-system', 'coredns-autoscaler', null],
  ['a DNS server that somebody runs', 'infra', 'dnsmasq', 'dns'],
  ['the same with a suffix', 'infra', 'unbound-eu', 'dns'],
  ['a program that calls DNS', 'shop', 'dns-checker', null],
  ['a forward proxy', 'egress', 'squid', 'proxy'],
  ['a part of a word is no name', 'shop', 'squidward', null],
  ['a program of somebody that ends in proxy', 'shop', 'payment-proxy', null],
  ['a program of somebody that has proxy in front', 'shop', 'proxy-checker', null],
  ['the egress gateway of a mesh', 'istio-egress', 'istio-egressgateway', 'egress-gateway'],
  [
    'that of the AKS add-on, with its revision',
    'aks-istio-egress',
    'aks-istio-egressgateway-asm-1-24',
    'egress-gateway',
  ],
  ['the ingress gateway has no clients in the cluster', 'aks-istio-ingress', 'istio-ingressgateway', null],
  ['the mesh proxy of a node', 'istio-system', 'ztunnel', 'sidecar'],
  ['one so called elsewhere', 'shop', 'ztunnel', null],
])('%s', (_, namespace, name, role) => {
  expect(relayRuleOf(called(namespace, name))?.role ?? null).toBe(role);
});

const lease = (podUid: string, namespace: string, name: string, rest: Partial<PodLease> = {}): PodLease => ({
  ...podLease({ podUid, edges: [0, 0, 100_000, 100_000] }),
  namespace,
  workload: called(namespace, name),
  ...rest,
});

test.each<[string, PodLease, number, RelayRole | null]>([
  ['CoreDNS of the cluster needs no proof', lease('d', 'kube-system', 'coredns'), 0, 'dns'],
  ['another one, seen with clients', lease('d', 'infra', 'coredns'), MANY_CLIENTS, 'dns'],
  ['another one, without', lease('d', 'infra', 'coredns'), 0, null],
  ['a proxy by name, with many clients', lease('p', 'egress', 'squid'), MANY_CLIENTS, 'proxy'],
  ['by name, with one client less', lease('p', 'egress', 'squid'), MANY_CLIENTS - 1, null],
  ['many clients and no name is a service that calls another', lease('a', 'shop', 'api'), 1_000, null],
  [
    "on its node's address its flows are the node's",
    lease('d', 'kube-system', 'coredns', { hostNetwork: true }),
    9,
    null,
  ],
])('%s', (_, of, clients, role) => {
  expect(relaysOf(relayLeases([of]), () => clients).get(of.podUid) ?? null).toBe(role);
});

test.each<[RelayRole, number, boolean]>([
  ['dns', 53, true],
  ['dns', 853, true],
  ['dns', 443, false],
  ['proxy', 443, true],
  ['proxy', 53, false],
  ['egress-gateway', 443, true],
  ['egress-gateway', 15_012, false],
  ['sidecar', 5_432, true],
  ['sidecar', 15_012, false],
])('what a %s sends to port %i is for others: %s', (role, port, isForOthers) => {
  expect(forwards(role, port)).toBe(isForOthers);
});

const [NODE, POD] = ['10.224.0.4', '10.244.0.2'] as [Ip, Ip];
const entry: Translation = {
  originIp: POD,
  originPort: 50_000,
  mayFrom: instant(50_000),
  seenFrom: instant(50_000),
  activeUntil: instant(50_100),
  seenUntil: instant(50_100),
  mayUntil: instant(50_100),
  opened: true,
  closed: true,
} as Translation;

test.each<[string, Ip, number, readonly Translation[], unknown]>([
  [
    'a translation names the DNS server',
    NODE,
    53,
    [entry],
    { verdict: { kind: 'relayed', reason: 'dns', by: 'translation', podUid: 'd' }, node: 'node-0', podPort: 50_000 },
  ],
  [
    'its own address is on the wire',
    POD,
    53,
    [],
    { verdict: { kind: 'relayed', reason: 'dns', by: 'lease', podUid: 'd' }, node: 'node-0', podPort: 0 },
  ],
  [
    'what it asks the API server is its own',
    NODE,
    443,
    [entry],
    { verdict: { kind: 'exact', by: 'translation', podUid: 'd' }, node: 'node-0', podPort: 50_000 },
  ],
  [
    'where nothing proves who sent it, a relay is one candidate',
    NODE,
    53,
    [],
    { verdict: { kind: 'ambiguous', reason: 'no-translation', podUids: 'every', orNode: true, by: null } },
  ],
])('%s', (_, srcIp, destPort, translations, said) => {
  const world = worldWith({
    podLeases: [lease('d', 'kube-system', 'coredns', { ip: POD })],
    nodeLeases: srcIp === NODE ? [nodeLease('node-0', NODE)] : [],
    relays: new Map([['d', 'dns' as const]]),
  });
  const flow = {
    srcIp,
    destPort,
    protocol: 17,
    begin: instant(50_000),
    last: instant(50_050),
    begun: true,
    outbound: true,
  };
  expect(attribute(flow, translations, world)).toMatchObject(said as object);
});
