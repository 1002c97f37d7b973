import { type Instant, instant, SECOND } from '../../base/instant.ts';
import type { PodNamed } from '../ports.ts';
import type { Attempts, Calls, LookupStep, Signals } from './signals.ts';

/** The beginning of the interval of every test. */
const FROM = instant(Date.UTC(2026, 10, 22, 3));
export const at = (seconds: number): Instant => instant(FROM + seconds * SECOND);

export const podNamed = (name: string): PodNamed => ({
  uid: `uid-${name}`,
  namespace: 'shop',
  name,
  ip: '10.244.0.5',
  node: 'node-1',
  workload: { kind: 'Deployment', namespace: 'shop', name: name.replace(/-\d+$/, '') },
});

/** Connections of one pod to one destination; all went well unless it is said otherwise. */
export const attempts = (more: Partial<Attempts> = {}): Attempts => ({
  node: 'node-1',
  srcIp: '10.224.0.4',
  pod: podNamed('cart-1'),
  destIp: '203.0.113.10',
  destPort: 443,
  protocol: 'tcp',
  answered: 100,
  unanswered: 0,
  refused: 0,
  denied: 0,
  untold: 0,
  ports: 100,
  troubleFrom: null,
  troubleUntil: null,
  answeredUntil: at(290),
  answeredBetween: 0,
  quick: 100,
  strained: 0,
  strainedFrom: null,
  answeredBySlice: [25, 25, 25, 25],
  quickBySlice: [25, 25, 25, 25],
  strainedBySlice: [0, 0, 0, 0],
  old: 0,
  strainedOld: 0,
  strainedOldFrom: null,
  speechless: 0,
  speechlessFrom: null,
  speechlessMs: 0,
  ...more,
});

/** Calls of the same pod to the same destination that went well, unless it is said otherwise. */
export const calls = (more: Partial<Calls> = {}): Calls => ({
  podUid: 'uid-cart-1',
  namespace: 'shop',
  pod: 'cart-1',
  node: 'node-1',
  destIp: '203.0.113.10',
  destPort: 443,
  destHost: 'api.example.com',
  symptom: null,
  calls: 100,
  first: at(1),
  last: at(290),
  ending: 0,
  says: '',
  ...more,
});

/** A DNS server that answers everything, for as many steps. */
export const steps = (count: number, of: (step: number) => Partial<LookupStep> = () => ({})): LookupStep[] =>
  Array.from({ length: count }, (_, step) => ({
    serverIp: '10.244.0.9',
    at: at(step),
    sockets: 20,
    asked: 20,
    unanswered: 0,
    ...of(step),
  }));

/** Five minutes in which everything is told and nothing fails. */
export const healthy: Signals = {
  from: FROM,
  until: at(300),
  attempts: [attempts(), attempts({ destIp: '203.0.113.20', answered: 60, quick: 60 })],
  lookups: [
    {
      node: 'node-1',
      srcIp: '10.244.0.5',
      isDnsServer: false,
      askedIp: '10.0.0.10',
      serverIp: '10.244.0.9',
      asked: 400,
      unanswered: 0,
      troubleFrom: null,
      troubleUntil: null,
    },
  ],
  lookupSteps: steps(20),
  calls: [calls()],
  denials: [],
  nodePorts: [
    {
      node: 'node-1',
      srcIp: '10.224.0.4',
      pod: null,
      destIp: '203.0.113.10',
      destPort: 443,
      protocol: 'tcp',
      began: 100,
      peak: 12,
      peakAt: at(20),
      atPeakMs: 200,
      ports: 100,
    },
  ],
  podPorts: [],
  counters: [{ node: 'node-1', entries: 400, max: 262_144, insertFailed: 0, drop: 0, earlyDrop: 0, at: at(290) }],
  backends: [{ nodeIp: '10.224.0.4', protocol: 'tcp', allocated: 1_024, used: 80, failed: 0, at: at(240) }],
  shared: [
    { resource: '/x/natgateways/ng', kind: 'nat-gateway', failed: 0, dropped: 0, utilization: null, at: at(240) },
    { resource: '/x/azurefirewalls/fw', kind: 'firewall', failed: null, dropped: null, utilization: 3, at: at(240) },
  ],
  ends: [],
  egressPaths: ['unknown'],
  balanced: ['10.224.0.4'],
  portsPerNode: null,
  tracked: [{ node: 'node-1', from: FROM, until: at(300), gaps: [] }],
  told: new Set(['flow-log', 'conntrack', 'applications', 'pods', 'firewall']),
};

/** Nothing of it is told. */
export const nothing: Signals = {
  from: FROM,
  until: at(300),
  attempts: [],
  lookups: [],
  lookupSteps: [],
  calls: [],
  denials: [],
  nodePorts: [],
  podPorts: [],
  counters: [],
  backends: [],
  shared: [],
  ends: [],
  egressPaths: ['unknown'],
  balanced: [],
  portsPerNode: null,
  tracked: [],
  told: new Set(),
};
