import { expect, test } from 'vitest';
import { CAUSES, type Cause } from './causes.ts';
import { diagnose } from './diagnose.ts';
import type { Finding } from './hypothesis.ts';
import type { Signals } from './signals.ts';
import { at, attempts, calls, healthy, nothing, podNamed, steps } from './signals.testing.ts';

const ruledIn = (signals: Signals): readonly Cause[] =>
  diagnose(signals).flatMap(({ cause, status }) => (status === 'ruled-in' ? [cause] : []));
const found = (signals: Signals, cause: Cause): Finding =>
  diagnose(signals).find((one) => one.cause === cause) as Finding;
const with_ = (more: Partial<Signals>): Signals => ({ ...healthy, ...more });

/** The destination went silent for one pod after 60 s, and for nobody else. */
const silent = {
  unanswered: 20,
  answered: 40,
  troubleFrom: at(60),
  troubleUntil: at(290),
  answeredUntil: at(59),
} as const;
const [good, other] = healthy.attempts as [Signals['attempts'][0], Signals['attempts'][0]];
const failed = (symptom: Exclude<Signals['calls'][0]['symptom'], null>, more: Partial<Signals['calls'][0]> = {}) =>
  calls({ symptom, calls: 20, first: at(60), says: `it says ${symptom}`, ...more });

const CASES: readonly (readonly [Cause, string, Partial<Signals>])[] = [
  [
    'lb-snat-exhaustion',
    'the load balancer counted connections that failed, and their silence is explained',
    {
      backends: [{ nodeIp: '10.224.0.4', protocol: 'tcp', allocated: 64, used: 64, failed: 40, at: at(120) }],
      attempts: [attempts(silent), other],
    },
  ],
  [
    'lb-snat-exhaustion',
    'without metrics: a node holds all ports that it has towards one destination, and calls there go unanswered',
    {
      backends: [],
      portsPerNode: 64,
      nodePorts: [{ ...(healthy.nodePorts[0] as Signals['nodePorts'][0]), peak: 64 }],
      attempts: [attempts({ ...silent, answeredBetween: 30 }), other],
    },
  ],
  [
    'nat-gateway-drops',
    'the NAT gateway counted connections that failed',
    {
      shared: [
        { resource: '/x/natgateways/ng', kind: 'nat-gateway', failed: 30, dropped: 30, utilization: null, at: at(120) },
      ],
      attempts: [attempts(silent), other],
    },
  ],
  [
    'firewall-snat',
    'the firewall’s ports are all used',
    {
      shared: [
        {
          resource: '/x/azurefirewalls/fw',
          kind: 'firewall',
          failed: null,
          dropped: null,
          utilization: 100,
          at: at(120),
        },
      ],
      attempts: [attempts(silent), other],
    },
  ],
  [
    'node-port-exhaustion',
    'entries could not be made while few ports are used again and again',
    {
      counters: [{ node: 'node-1', entries: 400, max: 262_144, insertFailed: 90, drop: 90, earlyDrop: 0, at: at(120) }],
      nodePorts: [
        { ...(healthy.nodePorts[0] as Signals['nodePorts'][0]), began: 300, peak: 64, ports: 64, atPeakMs: 60_000 },
      ],
      calls: [calls(), failed('connect-timeout')],
    },
  ],
  [
    'conntrack-full',
    'the table is full',
    {
      counters: [
        { node: 'node-1', entries: 2_048, max: 2_048, insertFailed: 0, drop: 300, earlyDrop: 12, at: at(120) },
      ],
      attempts: [attempts(silent), other],
    },
  ],
  ['pod-port-exhaustion', 'the application has no port left', { calls: [calls(), failed('address-not-available')] }],
  ['idle-timeout', 'calls are reset while new connections work', { calls: [calls(), failed('connection-reset')] }],
  [
    'idle-timeout',
    'what stood for long has to send again, and what is new does not',
    { attempts: [attempts({ old: 13, strainedOld: 9, strainedOldFrom: at(90) }), other] },
  ],
  [
    'dns-failing',
    'a share of the questions is lost, however few there are',
    {
      lookups: [{ ...(healthy.lookups[0] as Signals['lookups'][0]), unanswered: 120, troubleFrom: at(60) }],
      lookupSteps: steps(20, (step) => (step < 10 ? {} : { asked: 26, unanswered: 9 })),
      calls: [calls(), failed('name-lookup-failed')],
    },
  ],
  [
    'dns-failing',
    'servers answer that they cannot tell',
    { calls: [calls(), failed('name-lookup-failed', { destIp: null })] },
  ],
  [
    'coredns-overload',
    'questions are lost where more are asked, and as many are answered',
    {
      lookups: [{ ...(healthy.lookups[0] as Signals['lookups'][0]), unanswered: 300, troubleFrom: at(60) }],
      lookupSteps: steps(20, (step) => (step < 10 ? {} : { sockets: 60, asked: 70, unanswered: 45 })),
      calls: [calls(), failed('name-lookup-timeout')],
    },
  ],
  [
    'dns-failing',
    'names that others look up are not found',
    { calls: [calls(), failed('name-not-found', { calls: 6 })] },
  ],
  [
    'dns-udp-race',
    'as many questions are lost as entries could not be made',
    {
      lookups: [{ ...(healthy.lookups[0] as Signals['lookups'][0]), unanswered: 40, troubleFrom: at(60) }],
      counters: [{ node: 'node-1', entries: 400, max: 262_144, insertFailed: 42, drop: 42, earlyDrop: 0, at: at(120) }],
    },
  ],
  [
    'destination-refusing',
    'a service that answered refuses',
    {
      attempts: [attempts({ refused: 30, troubleFrom: at(60) }), other],
      calls: [calls(), failed('connection-refused')],
    },
  ],
  ['destination-down', 'nobody gets an answer any more', { attempts: [attempts(silent), other] }],
  [
    'destination-down',
    'nobody got an answer for a while',
    { attempts: [attempts({ unanswered: 10, troubleFrom: at(60), troubleUntil: at(100) }), other] },
  ],
  [
    'destination-down',
    'nobody got an answer for so short a while that few were due, and nine in a row are no chance',
    { attempts: [attempts({ answered: 20, unanswered: 9, troubleFrom: at(60), troubleUntil: at(62) }), other] },
  ],
  [
    'path-loss',
    'three in a row may be chance',
    {
      attempts: [
        attempts({
          answered: 9,
          unanswered: 3,
          troubleFrom: at(60),
          troubleUntil: at(62),
          quick: 9,
          quickBySlice: [2, 2, 2, 3],
        }),
        other,
      ],
    },
  ],
  ['destination-throttling', 'the destination asks for fewer calls', { calls: [calls(), failed('throttled')] }],
  ['destination-throttling', 'the destination cannot serve now', { calls: [calls(), failed('unavailable')] }],
  [
    'path-loss',
    'some connections are answered and others are not',
    {
      attempts: [
        attempts({
          unanswered: 12,
          troubleFrom: at(60),
          troubleUntil: at(280),
          answeredBetween: 70,
          strained: 6,
          strainedBySlice: [0, 2, 2, 2],
        }),
        other,
      ],
    },
  ],
  [
    'path-loss',
    'much has to be sent again to one destination',
    { attempts: [attempts({ strained: 30, strainedBySlice: [0, 10, 10, 10], strainedFrom: at(60) }), other] },
  ],
  [
    'policy-denied',
    'a network security group denied',
    {
      denials: [
        {
          srcIp: '10.224.0.4',
          destIp: '203.0.113.10',
          destPort: 443,
          protocol: 'tcp',
          by: 'nsg',
          rule: 'deny-all',
          count: 20,
          first: at(60),
          last: at(290),
        },
      ],
      attempts: [attempts({ denied: 20, troubleFrom: at(60), answered: 40 }), other],
    },
  ],
  [
    'policy-denied',
    'the node saw no attempt of a pod that says it got no answer',
    {
      attempts: [attempts({ answeredUntil: at(50), answered: 20, answeredBySlice: [20, 0, 0, 0] }), other],
      calls: [calls({ last: at(50) }), failed('connect-timeout', { first: at(80) })],
    },
  ],
  [
    'policy-denied',
    'calls that tell a name alone get no answer, and their pod stopped to call the one destination that it may be',
    {
      attempts: [
        attempts({ answered: 20, quick: 20, answeredBySlice: [20, 0, 0, 0], answeredUntil: at(50) }),
        attempts({ destIp: '203.0.113.20', destPort: 5_432 }),
      ],
      calls: [
        calls({ destIp: null, last: at(50) }),
        failed('request-timeout', { destIp: null, first: at(80), last: at(290) }),
      ],
    },
  ],
  [
    'firewall-denied',
    'the firewall logged denials',
    {
      denials: [
        {
          srcIp: '10.224.0.4',
          destIp: '203.0.113.10',
          destPort: 443,
          protocol: 'tcp',
          by: 'firewall',
          rule: 'deny',
          count: 20,
          first: at(60),
          last: at(290),
        },
      ],
      attempts: [attempts(silent), other],
    },
  ],
  [
    'client-timeout',
    'connections stand, and the answer does not come',
    {
      attempts: [attempts({ speechless: 20, speechlessFrom: at(60), speechlessMs: 2_800 }), other],
      calls: [calls(), failed('request-timeout')],
    },
  ],
  [
    'terminating',
    'pods end in the middle of their calls, and tell nobody',
    {
      ends: [1, 2].map((n) => ({
        uid: `uid-cart-${n}`,
        namespace: 'shop',
        pod: `cart-${n}`,
        ips: [`10.244.0.${n}`],
        from: at(100),
        until: at(103),
        cut: 2,
      })),
    },
  ],
  [
    'terminating',
    'what fails are calls of pods that end',
    {
      calls: [calls(), failed('connection-reset', { calls: 4, ending: 4, first: at(100), last: at(101) })],
      ends: [
        {
          uid: 'uid-cart-1',
          namespace: 'shop',
          pod: 'cart-1',
          ips: ['10.244.0.5'],
          from: at(100),
          until: at(103),
          cut: 1,
        },
      ],
    },
  ],
];

test.each(CASES)('%s: %s', (cause, _, more) => {
  expect(ruledIn(with_(more))[0]).toBe(cause);
});

test('every cause is seen to be ruled in', () => {
  expect([...new Set(CASES.map(([cause]) => cause))].sort()).toEqual([...CAUSES].sort());
});

test('where nothing fails and everything is told, every cause is ruled out', () => {
  expect(diagnose(healthy).filter(({ status }) => status !== 'ruled-out')).toEqual([]);
});

test('where nothing is told nothing is ruled out, and what would tell is said', () => {
  for (const { cause, status, missing } of diagnose(nothing))
    expect([cause, status, missing.length > 0]).toEqual([cause, 'cannot-tell', true]);
});

test.each(CASES)('%s is not ruled out by what tells nothing of it: %s', (cause, _, more) => {
  // Each signal taken away may leave the cause unknown, and never ruled out.
  const empty: Partial<Signals> = { calls: [], counters: [], backends: [], shared: [], denials: [] };
  for (const signal of Object.keys(empty) as (keyof typeof empty)[]) {
    const told = new Set(healthy.told);
    if (signal === 'calls') told.delete('applications');
    if (signal === 'denials') for (const source of ['firewall', 'flow-log'] as const) told.delete(source);
    const { status } = found(with_({ ...more, [signal]: [], told }), cause);
    expect([signal, status]).not.toEqual([signal, 'ruled-out']);
  }
});

test.each<[string, Partial<Signals>]>([
  [
    'a port at which nothing listens, tried now and then',
    {
      attempts: [
        ...healthy.attempts,
        attempts({ destPort: 8_999, answered: 0, quick: 0, refused: 5, troubleFrom: at(1), answeredUntil: null }),
      ],
    },
  ],
  [
    'an address that is long gone, tried now and then',
    {
      attempts: [
        ...healthy.attempts,
        attempts({
          destIp: '203.0.113.200',
          answered: 0,
          quick: 0,
          unanswered: 4,
          troubleFrom: at(1),
          answeredUntil: null,
        }),
      ],
    },
  ],
  [
    'streams, some of which are acknowledged late',
    { attempts: [attempts({ old: 400, strainedOld: 40, strainedOldFrom: at(60) }), other] },
  ],
  [
    'a rule that keeps pods from where they never get, now and then',
    {
      denials: [
        {
          srcIp: '10.224.0.4',
          destIp: '203.0.113.200',
          destPort: 25,
          protocol: 'tcp',
          by: 'nsg',
          rule: 'deny-mail',
          count: 6,
          first: at(1),
          last: at(290),
        },
      ],
      attempts: [
        ...healthy.attempts,
        attempts({ destIp: '203.0.113.200', destPort: 25, answered: 0, quick: 0, denied: 6, troubleFrom: at(1) }),
      ],
    },
  ],
  [
    'a destination that is sent much',
    {
      attempts: [
        ...healthy.attempts,
        attempts({ destIp: '198.51.100.30', strained: 70, strainedBySlice: [17, 18, 17, 18], strainedFrom: at(1) }),
      ],
    },
  ],
  ['a reset or two', { calls: [calls(), failed('connection-reset', { calls: 2 })] }],
  [
    'a name that does not exist',
    {
      calls: [
        calls(),
        failed('name-not-found', { destHost: 'typo.example.com', destIp: null }),
        failed('name-lookup-failed', { destHost: 'typo.example.com', destIp: null, calls: 6 }),
      ],
    },
  ],
  [
    'a pod that ends in a rollout',
    {
      ends: [
        {
          uid: 'uid-old-1',
          namespace: 'shop',
          pod: 'old-1',
          ips: ['10.244.0.7'],
          from: at(100),
          until: at(103),
          cut: 1,
        },
      ],
    },
  ],
  [
    'a pool that holds its connections',
    {
      nodePorts: [
        { ...(healthy.nodePorts[0] as Signals['nodePorts'][0]), began: 40, peak: 40, ports: 40, atPeakMs: 290_000 },
      ],
    },
  ],
])('%s is nobody’s fault', (_, more) => {
  expect(ruledIn(with_(more))).toEqual([]);
});

test('where it is not known whether calls left their nodes, a policy is not ruled out', () => {
  const signals = with_({ calls: [calls(), failed('request-timeout', { destIp: null, destHost: 'far.example.com' })] });
  expect(found(signals, 'policy-denied')).toMatchObject({
    status: 'cannot-tell',
    missing: [{ what: expect.stringContaining('the addresses of far.example.com') }],
  });
});

test('calls that wait for an address are not held back by a policy', () => {
  const [asked] = healthy.lookups as [Signals['lookups'][0]];
  const signals = with_({
    attempts: [attempts({ answeredUntil: at(50), answered: 20, answeredBySlice: [20, 0, 0, 0] }), other],
    calls: [calls({ last: at(50) }), failed('request-timeout', { first: at(80) })],
    lookups: [{ ...asked, unanswered: 8, troubleFrom: at(60) }],
  });
  expect(found(signals, 'policy-denied').status).toBe('cannot-tell');
  expect(found({ ...signals, lookups: [asked] }, 'policy-denied').status).toBe('ruled-in');
});

test('a few names that cannot be looked up do not rule out their servers', () => {
  const signals = with_({ calls: [calls({ calls: 400 }), failed('name-lookup-failed', { calls: 3 })] });
  expect(found(signals, 'dns-failing').status).toBe('cannot-tell');
});

test.each<[string, readonly Signals['attempts'][0][]]>([
  ['a pod that calls nobody any more may have nothing to do', [attempts({ answeredBySlice: [20, 0, 0, 0] })]],
  [
    'of two destinations either may be the one',
    [
      attempts({ answeredBySlice: [20, 0, 0, 0] }),
      attempts({ destIp: '203.0.113.11', answeredBySlice: [20, 0, 0, 0] }),
      attempts({ destIp: '203.0.113.20', destPort: 5_432 }),
    ],
  ],
  [
    'what it tried in vain elsewhere at that port may be these calls',
    [
      attempts({ answeredBySlice: [20, 0, 0, 0] }),
      attempts({ destIp: '203.0.113.44', ...silent, answered: 0, answeredUntil: null, answeredBySlice: [0, 0, 0, 0] }),
      attempts({ destIp: '203.0.113.20', destPort: 5_432 }),
    ],
  ],
])('a name alone: %s', (_, own) => {
  const late = failed('request-timeout', { destIp: null, first: at(80), last: at(290) });
  const signals = with_({ attempts: own, calls: [calls({ destIp: null, last: at(50) }), late] });
  expect(found(signals, 'policy-denied').status).not.toBe('ruled-in');
});

test.each<[string, string, Partial<Signals['calls'][0]>, Partial<Signals>]>([
  ['nothing else goes to that port', 'ruled-in', {}, {}],
  [
    'the pod tried somewhere at that port in vain',
    'ruled-out',
    {},
    { attempts: [good, other, attempts({ destIp: '203.0.113.98', destPort: 8_443, ...silent })] },
  ],
  [
    'the pod tried in vain at another port alone',
    'ruled-in',
    {},
    { attempts: [good, other, attempts({ destIp: '203.0.113.98', destPort: 9_443, ...silent })] },
  ],
  [
    'somebody answered the pod at that port',
    'cannot-tell',
    {},
    { attempts: [good, other, attempts({ destIp: '203.0.113.98', destPort: 8_443 })] },
  ],
  [
    'questions to DNS go unanswered',
    'cannot-tell',
    {},
    { lookups: [{ ...(healthy.lookups[0] as Signals['lookups'][0]), unanswered: 8 }] },
  ],
  ['it may be a service', 'cannot-tell', { destHost: 'far' }, {}],
  ['it may be a service of a namespace', 'cannot-tell', { destHost: `far.${calls().namespace}` }, {}],
  ['the answer is what they wait for', 'cannot-tell', { symptom: 'request-timeout' }, {}],
])('calls that find no connection, of which a name alone is told: %s', (_, status, told, more) => {
  const inVain = failed('connect-timeout', { destIp: null, destHost: 'far.example.com', destPort: 8_443, ...told });
  expect(found(with_({ calls: [calls(), inVain], ...more }), 'policy-denied').status).toBe(status);
});

test('three packets that are lost together are no outage', () => {
  const lost = attempts({ unanswered: 4, answered: 60, troubleFrom: at(60), troubleUntil: at(61) });
  expect(found(with_({ attempts: [lost, other] }), 'destination-down').status).toBe('cannot-tell');
});

test.each<[string, number, string, Partial<Signals['attempts'][0]>]>([
  ['fewer ports than it has', 60, 'tcp', silent],
  ['as many, and all are answered', 64, 'tcp', {}],
  ['as many of UDP, of which one serves all ports of an address', 64, 'udp', silent],
])('a node that holds %s has not run out', (_, peak, protocol, more) => {
  const use = { ...(healthy.nodePorts[0] as Signals['nodePorts'][0]), peak, protocol };
  const signals = with_({ backends: [], portsPerNode: 64, nodePorts: [use], attempts: [attempts(more), other] });
  expect(found(signals, 'lb-snat-exhaustion').status).toBe('cannot-tell');
});

test('what nothing leaves through fails nobody, where it is known how everything leaves', () => {
  const statusOf = (cause: Cause, egressPaths: Signals['egressPaths']): string =>
    found(with_({ backends: [], shared: [], egressPaths }), cause).status;
  expect(statusOf('lb-snat-exhaustion', ['vnet', 'nat-gateway'])).toBe('ruled-out');
  expect(statusOf('nat-gateway-drops', ['vnet', 'nat-gateway'])).toBe('cannot-tell');
  expect(statusOf('lb-snat-exhaustion', ['nat-gateway', 'unknown'])).toBe('cannot-tell');
  expect(statusOf('lb-snat-exhaustion', ['vnet'])).toBe('cannot-tell');
});

test('what a metric tells is rounded for people', () => {
  const shared = {
    resource: '/x/azurefirewalls/fw',
    kind: 'firewall',
    failed: null,
    dropped: null,
    at: at(120),
  } as const;
  const { status, facts } = found(with_({ shared: [{ ...shared, utilization: 2.003_205_128 }] }), 'firewall-snat');
  expect([status, facts[0]?.text]).toEqual(['ruled-out', expect.stringMatching(/^fw: 2% of its ports used/)]);
});

test('silence that the load balancer explains is not told of the destination as well', () => {
  const backends = [{ nodeIp: '10.224.0.4', protocol: 'tcp', allocated: 64, used: 64, failed: 40, at: at(120) }];
  const strained = { strained: 40, strainedBySlice: [10, 10, 10, 10] };
  const signals = with_({ backends, attempts: [attempts({ ...silent, ...strained, answeredBetween: 30 }), other] });
  expect(ruledIn(signals)).toEqual(['lb-snat-exhaustion']);
  expect(found(signals, 'path-loss')).toMatchObject({ status: 'cannot-tell', explains: 0 });
  expect(found(signals, 'path-loss').facts[0]?.text).toBe('lb-snat-exhaustion explains it as well');
});

test('two causes at two destinations are both told', () => {
  const down = attempts({ ...silent, destIp: '203.0.113.30', pod: podNamed('ledger-1') });
  const signals = with_({ attempts: [good, other, down], calls: [calls(), failed('throttled')] });
  expect(ruledIn(signals).toSorted()).toEqual(['destination-down', 'destination-throttling']);
});

test('what was counted by what failed is proved; what follows from silence is not', () => {
  const rank = (signals: Partial<Signals>): number => diagnose(with_(signals))[0]?.directness ?? 0;
  expect(
    rank({ backends: [{ nodeIp: '10.224.0.4', protocol: 'tcp', allocated: 64, used: 64, failed: 40, at: at(120) }] }),
  ).toBe(3);
  expect(rank({ attempts: [attempts(silent), other] })).toBe(1);
});

/** Signals of one pod that says that it waits in vain, and of whose attempts its node shows none. */
const inVain = failed('connect-timeout', { destIp: '203.0.113.99', destPort: 443, destHost: '203.0.113.99' });
const seenBy = (more: Partial<Signals['attempts'][0]>): Signals['attempts'] => [
  ...healthy.attempts,
  attempts({ destIp: '203.0.113.99', answered: 0, quick: 0, answeredBySlice: [0, 0, 0, 0], ...more }),
];

test('calls of which a node that listened all the while shows no attempt were held back on it', () => {
  expect(ruledIn(with_({ calls: [calls(), inVain] }))).toEqual(['policy-denied']);
});

test.each<[string, Partial<Signals>]>([
  ['the node shows them, and without counters nobody knows what became of them', { attempts: seenBy({ untold: 20 }) }],
  ['they were refused', { attempts: seenBy({ refused: 20, troubleFrom: at(60) }) }],
  ['whose they are is not certain', { attempts: seenBy({ pod: null, unanswered: 20, troubleFrom: at(60) }) }],
  ['nobody listened to the node', { tracked: [{ node: 'node-2', from: at(0), until: at(300), gaps: [] }] }],
  ['the node was listened to too late', { tracked: [{ node: 'node-1', from: at(100), until: at(300), gaps: [] }] }],
  [
    'the node missed something just then',
    { tracked: [{ node: 'node-1', from: at(0), until: at(300), gaps: [{ from: at(200), until: at(210) }] }] },
  ],
])('calls that left no trace were not held back where %s', (_, more) => {
  expect(ruledIn(with_({ calls: [calls(), inVain], ...more }))).not.toContain('policy-denied');
});

test('what is sent to a service is seen at its backends: of its address no attempt is seen', () => {
  const toService = failed('connect-timeout', { destIp: '10.0.0.50', destPort: 80, destHost: '10.0.0.50' });
  const { status, missing } = found(with_({ calls: [calls(), toService] }), 'policy-denied');
  expect([status, missing[0]?.what]).toEqual(['cannot-tell', expect.stringContaining('10.0.0.50')]);
});

test('the protocols of a port are destinations of their own', () => {
  const overUdp = attempts({
    protocol: 'udp',
    answered: 0,
    quick: 0,
    unanswered: 40,
    troubleFrom: at(1),
    answeredUntil: null,
  });
  expect(ruledIn(with_({ attempts: [...healthy.attempts, overUdp] }))).toEqual([]);
  const asked = { ...overUdp, answered: 40, answeredUntil: at(50), troubleFrom: at(60), troubleUntil: at(290) };
  const down = found(with_({ attempts: [...healthy.attempts, asked] }), 'destination-down');
  expect([down.status, down.covers]).toEqual(['ruled-in', ['203.0.113.10:443/udp']]);
});

test('what is sent and never answered, as syslog is, is no outage', () => {
  const syslog = attempts({
    protocol: 'udp',
    destPort: 514,
    answered: 0,
    quick: 0,
    unanswered: 200,
    troubleFrom: at(1),
    answeredUntil: null,
  });
  expect(ruledIn(with_({ attempts: [...healthy.attempts, syslog] }))).toEqual([]);
});

const [counters] = healthy.counters as [Signals['counters'][0]];
const [backend] = healthy.backends as [Signals['backends'][0]];
const onNode2 = attempts({ node: 'node-2', srcIp: '10.224.0.5' });

test.each<[Cause, string, Partial<Signals>]>([
  [
    'lb-snat-exhaustion',
    'the ports of UDP beside what failed of the backend',
    { backends: [backend, { ...backend, protocol: 'udp', failed: null }] },
  ],
])('%s is ruled out by %s', (cause, _, more) => {
  expect(found(with_(more), cause).status).toBe('ruled-out');
});

test.each<[Cause, string, Partial<Signals>]>([
  [
    'lb-snat-exhaustion',
    'metrics of one of two nodes',
    { attempts: [...healthy.attempts, onNode2], balanced: ['10.224.0.4', '10.224.0.5'] },
  ],
  ['lb-snat-exhaustion', 'counts that nobody told apart', { backends: [{ ...backend, failed: null }] }],
  ['conntrack-full', 'counters of one of two nodes', { attempts: [...healthy.attempts, onNode2] }],
  ['node-port-exhaustion', 'counters of one of two nodes', { attempts: [...healthy.attempts, onNode2] }],
  [
    'nat-gateway-drops',
    'packets dropped beside no failed connection',
    { shared: [{ ...(healthy.shared[0] as Signals['shared'][0]), dropped: 2 }] },
  ],
  [
    'firewall-snat',
    'ports that are nearly used up while nothing fails',
    { shared: [{ ...(healthy.shared[1] as Signals['shared'][0]), utilization: 97 }] },
  ],
])('%s is neither ruled in nor out by %s', (cause, _, more) => {
  expect(found(with_(more), cause).status).toBe('cannot-tell');
});

test('one packet that a NAT gateway dropped is not behind twenty calls that fail', () => {
  const more = {
    attempts: [attempts(silent), other],
    shared: [{ ...(healthy.shared[0] as Signals['shared'][0]), dropped: 8 }],
  };
  expect(ruledIn(with_(more))).toEqual(['destination-down']);
});

test('where no flow is known, what one pod says rules nothing out', () => {
  const ruledOut = diagnose({ ...nothing, calls: [calls()], told: new Set(['applications']) }).filter(
    ({ status }) => status === 'ruled-out',
  );
  expect(ruledOut).toEqual([]);
});

test('what is ruled out says what was seen', () => {
  for (const { cause, status, facts } of diagnose(healthy))
    expect([cause, status, facts.length > 0]).toEqual([cause, 'ruled-out', true]);
});

test('a table that is full on one node explains what fails there, and nothing elsewhere', () => {
  const full = { ...counters, node: 'node-9', earlyDrop: 12 };
  const more = { attempts: [attempts(silent), other], counters: [counters, full] };
  expect(ruledIn(with_(more))).toEqual(['destination-down', 'conntrack-full']);
  expect(ruledIn(with_({ ...more, counters: [{ ...counters, earlyDrop: 12 }] }))).toEqual(['conntrack-full']);
});

test('a pod that ends is behind calls of its end, whatever fails later', () => {
  const end = {
    uid: 'uid-cart-1',
    namespace: 'shop',
    pod: 'cart-1',
    ips: ['10.244.0.5'],
    from: at(100),
    until: at(103),
    cut: 0,
  };
  const resets = failed('connection-reset', { calls: 61, ending: 60, first: at(100), last: at(280) });
  expect(ruledIn(with_({ calls: [calls(), resets], ends: [end] }))[0]).toBe('terminating');
});

test('entries that could not be made on another node are no race of questions', () => {
  const [asked] = healthy.lookups as [Signals['lookups'][0]];
  const lookups = [{ ...asked, unanswered: 40, troubleFrom: at(60) }];
  const failing = { ...counters, insertFailed: 42, drop: 42 };
  expect(ruledIn(with_({ lookups, counters: [failing] }))).toContain('dns-udp-race');
  expect(ruledIn(with_({ lookups, counters: [counters, { ...failing, node: 'node-9' }] }))).toEqual(['dns-failing']);
});

test('ports that a pod nearly used up prove nothing while nothing fails', () => {
  const use = { ...(healthy.nodePorts[0] as Signals['nodePorts'][0]), pod: podNamed('cart-1'), peak: 27_900 };
  const { status, directness } = found(with_({ podPorts: [use] }), 'pod-port-exhaustion');
  expect([status, directness]).toEqual(['ruled-in', 1]);
});

test('where what gets through needs nothing sent again, it is not packets that are lost', () => {
  const lost = { unanswered: 40, troubleFrom: at(60), troubleUntil: at(280), answeredBetween: 40 };
  const lossOf = (more: Partial<Signals['attempts'][0]>): Finding =>
    found(with_({ attempts: [attempts({ ...lost, ...more }), other] }), 'path-loss');
  const { status, facts } = lossOf({});
  expect([status, facts[0]?.text]).toEqual(['cannot-tell', expect.stringContaining('not packets')]);
  expect(lossOf({ strained: 15, strainedBySlice: [0, 5, 5, 5] }).status).toBe('ruled-in');
  // What was sent again before anything was lost tells nothing of it.
  expect(lossOf({ troubleFrom: at(150), strained: 3, strainedBySlice: [3, 0, 0, 0] }).status).toBe('cannot-tell');
  // Nor do too few.
  expect(lossOf({ quick: 6, quickBySlice: [0, 2, 2, 2] }).status).toBe('ruled-in');
});

test('twenty thousand destinations are no more work than they are', () => {
  const many = Array.from({ length: 20_000 }, (_, n) =>
    attempts({
      destIp: `198.18.${n >> 8}.${n & 255}`,
      unanswered: 20,
      answered: 40,
      answeredBetween: 30,
      troubleFrom: at(60),
      strained: 20,
      strainedBySlice: [5, 5, 5, 5],
    }),
  );
  const loss = found(with_({ attempts: many }), 'path-loss');
  expect([loss.status, loss.covers.length, loss.facts.length]).toEqual(['ruled-in', 20_000, 5]);
});
