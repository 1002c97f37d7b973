import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allFlows } from '../src/core/all-flows.ts';
import { HOUR, instant, LATEST } from '../src/base/instant.ts';
import { API, MEDIA, type Question, QUESTIONS } from '../src/contract/questions.ts';
import type { PodSeen } from '../src/core/facts.ts';
import type { Connection, LeaseRow } from '../src/core/ports.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { endAll, serving, type Serving, unmasq } from './program.ts';
import { batchesOf, NOW, richWorld, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** Who may read some namespaces alone: the program with a recorded incident, and the store on random worlds. */

const recorded = join(import.meta.dirname, '../lab/recorded/incident');
const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
const folder = mkdtempSync(join(tmpdir(), 'unmasq-restricted-'));
const tokenFile = join(folder, 'tokens');
const ALL = 'all-0123456789abcdef';
const SHOP = 'shop-0123456789abcdef';
const BRINGS = 'brings-0123456789abcdef';
const TRACE = { both: 'a'.repeat(32), theirs: 'b'.repeat(32), none: 'c'.repeat(32) };

interface Pod {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly spec: { readonly hostNetwork?: boolean };
  readonly status: { readonly podIP?: string };
}
const pods = ['10-20-14', '10-20-43'].flatMap(
  (at) =>
    (
      JSON.parse(gunzipSync(readFileSync(join(recorded, `kube/pods-2026-11-25T${at}Z.json.gz`))).toString()) as {
        items: Pod[];
      }
    ).items,
);
const podOf = (start: string): Pod => pods.find(({ metadata }) => metadata.name.startsWith(start)) as Pod;

const span = ({ metadata: { uid, name, namespace } }: Pod, traceId: string, spanId: string, more: object = {}) => ({
  resource: {
    attributes: Object.entries({ 'k8s.pod.uid': uid, 'k8s.pod.name': name, 'k8s.namespace.name': namespace }).map(
      ([key, value]) => ({ key, value: { stringValue: value } }),
    ),
  },
  scopeSpans: [
    {
      spans: [
        {
          traceId,
          spanId,
          name: `GET /of-${name}`,
          kind: 3,
          startTimeUnixNano: '1795688420000000000',
          endTimeUnixNano: '1795688420100000000',
          ...more,
        },
      ],
    },
  ],
});

let server: Serving;
/** What everybody sees, and what a reader of one namespace sees. */
let all: readonly Flow[];
let seen: readonly Flow[];

beforeAll(async () => {
  const data = join(folder, 'data');
  unmasq(['ingest', '--data', data, ...parts]);
  writeFileSync(tokenFile, `read all ${ALL}\nread shop ${SHOP} namespace=shop\ningest otel ${BRINGS}\n`);
  server = await serving(data, '--token-file', tokenFile);
  const [checkout, transcoder] = [podOf('checkout'), podOf('transcoder')];
  const caller = { key: 'client.address', value: { stringValue: transcoder.status.podIP } };
  const resourceSpans = [
    span(checkout, TRACE.both, '1'.repeat(16), { parentSpanId: '2'.repeat(16), kind: 2, attributes: [caller] }),
    span(transcoder, TRACE.both, '2'.repeat(16)),
    span(transcoder, TRACE.theirs, '3'.repeat(16)),
  ];
  const sent = await fetch(`${server.url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BRINGS}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  });
  // And a line that cannot be read, with a name in it.
  const broken = await fetch(`${server.url}${API}/objects?name=broken.txt&wait=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BRINGS}` },
    body: `[1795688420.000000]\t    [NEW] tcp 6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=1 dport=2 [UNREPLIED] src=203.0.113.66 dst=10.224.0.5 sport=2 dport=1 id=7\n[1795688421.0] of ${transcoder.metadata.name}\n`,
  });
  const counters = await fetch(`${server.url}${API}/objects?name=counters.txt&node=aks-nodepool1&wait=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${BRINGS}` },
    body: '# counters 2026-11-25T10:20:18Z 2026-11-25T10:20:23Z entries=400 max=1000 drop=1\n',
  });
  const statuses = [sent.status, broken.status, counters.status];
  if (statuses.some((status) => status !== 200)) throw new Error(`brought in: ${statuses.join(', ')}`);
  [all, seen] = await Promise.all([flowsOf(ALL), flowsOf(SHOP)]);
}, 120_000);
afterAll(async () => {
  await server.end();
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (token: string, path: string, accept: string = MEDIA.json) => {
  const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const json = async <Body>(token: string, path: string): Promise<Body> =>
  JSON.parse((await ask(token, `${API}/${path}`)).text) as Body;

interface Flow {
  readonly flow: string;
  readonly destIp: string;
  readonly verdict: string;
  readonly pod: { readonly namespace: string } | null;
  readonly candidates: readonly { readonly namespace?: string }[];
}
const flowsOf = async (token: string): Promise<readonly Flow[]> =>
  (await json<{ items: readonly Flow[] }>(token, 'flows?all=true')).items;

/** Every question, in a few ways. One that is new has to be asked here. */
const asked = (own: string, theirs: string): Readonly<Record<Question['name'], readonly string[]>> => ({
  who: ['dest=0.0.0.0/0', 'dest=203.0.113.66', 'dest=0.0.0.0/0&compare=20s', 'dest=10.244.0.0/16&namespace=media'],
  flows: [
    'all=true',
    'all=true&changed-since=2020-01-01T00:00:00Z',
    'workload=transcoder',
    'verdict=ambiguous&all=true',
  ],
  map: [
    'limit=1000',
    'to=port&limit=1000',
    'to=host&limit=1000',
    'to=tag&by=bytes&hide=dns&hide=azure',
    'workload=transcoder',
    'namespace=media',
  ],
  why: [`flow=${own}`, `flow=${theirs}`],
  trace: [`id=${TRACE.both}`, `id=${TRACE.theirs}`, 'propagation=true'],
  snat: [
    '',
    'what=ledger&limit=1000&inside=true',
    'what=forecast',
    'what=ledger&dest=198.51.100.0/24',
    'what=ledger&of=pod&limit=1000',
    'what=ledger&of=pod&dest=203.0.113.66',
    'what=ledger&of=conntrack',
    'what=advice&inside=true&limit=1000',
    'what=advice&dest=198.51.100.0/24',
    'what=status&dest=203.0.113.66',
  ],
  'snat/plan': ['', 'nodes=60&nat-gateway=2'],
  diagnose: ['', 'dest=203.0.113.66', 'dest=198.51.100.0/24'],
  path: [`pod=${podOf('checkout').metadata.name}&dest=203.0.113.66`],
  sources: ['', 'cluster=default'],
  doctor: ['', 'for=who 203.0.113.66'],
  audit: [''],
  cost: ['what=estimate'],
});

test('whatever a reader of one namespace asks, no other is told of', async () => {
  const isOwn = ({ metadata }: Pod): boolean => metadata.namespace === 'shop';
  // Addresses that passed between namespaces, and those that its own pods talked to, are its own too.
  const shared = new Set([
    ...pods.filter(isOwn).map(({ status }) => status.podIP),
    ...seen.map(({ destIp }) => destIp),
  ]);
  const foreign = pods.filter((pod) => !isOwn(pod));
  const words = new Set(
    foreign.flatMap(({ metadata: { name, uid, namespace }, spec, status: { podIP } }) => [
      name,
      uid,
      name.replace(/(?:-(?=[a-z0-9]*\d)[a-z0-9]{8,10})?-[a-z0-9]{5}$/, ''),
      `${namespace}/`,
      `"${namespace}"`,
      ...(podIP === undefined || spec.hostNetwork === true || shared.has(podIP) ? [] : [podIP]),
    ]),
  );
  const told = new RegExp(
    `(?<![\\w.-])(?:${[...words].map((word) => word.replaceAll('.', '\\.')).join('|')})(?![\\w-]|\\.\\d)`,
  );
  const theirs = all.find(({ pod }) => pod?.namespace === 'media') as Flow;
  const own = seen.find(({ pod }) => pod?.namespace === 'shop') as Flow;
  expect(told.test(JSON.stringify(all))).toBe(true);
  const questions = asked(own.flow, theirs.flow);
  // What the server was started with is of the whole cluster.
  const isOfFiles = (name: string): boolean => name === 'audit' || name === 'cost';
  expect(Object.keys(questions).sort()).toEqual(QUESTIONS.map(({ name }) => name).sort());
  // Every form is made of the same report; a terminal has notes and summaries beside it.
  const asking = QUESTIONS.flatMap(({ name }) =>
    questions[name].flatMap((query, i) => [
      { name, query, accept: MEDIA.json },
      ...(i === 0 ? [{ name, query: `${query}&output=table`, accept: MEDIA.terminal }] : []),
    ]),
  );
  const answers = await Promise.all(
    asking.map(async ({ name, query, accept }) => {
      const { status, text, headers } = await ask(SHOP, `${API}/${name}?${query}`, accept);
      return { name, query, status, told: told.exec(text)?.[0] ?? null, of: headers.get('unmasq-namespaces') };
    }),
  );
  expect(answers).toEqual(
    asking.map(({ name, query }) => ({
      name,
      query,
      status: isOfFiles(name) ? 403 : query === `flow=${theirs.flow}` ? 404 : 200,
      told: null,
      of: isOfFiles(name) ? null : 'shop',
    })),
  );
  const { text } = await ask(SHOP, `${API}/who?dest=203.0.113.66&output=table`, MEDIA.terminal);
  expect(text).toContain('only what concerns shop is shown');
}, 120_000);

test('of its own it is told what everybody is told', async () => {
  const isOf = ({ pod }: Flow): boolean => pod?.namespace === 'shop';
  expect(seen.filter(isOf)).toEqual(all.filter(isOf));
  expect(seen.filter(isOf).length).toBeGreaterThan(100);
  // Those that a pod of it may have sent, and no other.
  const mayBe = ({ candidates }: Flow): boolean => candidates.some(({ namespace }) => namespace === 'shop');
  expect(seen.every(mayBe)).toBe(true);
  const ids = new Set(seen.map(({ flow }) => flow));
  expect(all.filter(mayBe).every(({ flow }) => ids.has(flow))).toBe(true);
  const who = async (token: string): Promise<readonly unknown[]> =>
    (
      await json<{ items: readonly { workload: { namespace: string } | null }[] }>(token, 'who?dest=0.0.0.0/0')
    ).items.filter(({ workload }) => workload?.namespace === 'shop');
  expect(await who(SHOP)).toEqual(await who(ALL));
  // Of ports and advice, too; of what kernels of nodes count, which is of the pods of all, nothing.
  for (const query of ['what=ledger&of=pod&limit=1000', 'what=advice&inside=true&limit=1000']) {
    const items = async (
      token: string,
    ): Promise<readonly { readonly workload: { readonly namespace: string } | null }[]> =>
      (await json<{ items: Awaited<ReturnType<typeof items>> }>(token, `snat?${query}`)).items;
    const [mine, everybodys] = [await items(SHOP), await items(ALL)];
    expect(mine).toEqual(everybodys.filter(({ workload }) => workload?.namespace === 'shop'));
    expect([mine.length > 3, everybodys.length > mine.length]).toEqual([true, true]);
    expect(await json<{ unnamed: unknown }>(SHOP, `snat?${query}`)).toMatchObject({ unnamed: null });
  }
  const tables = await Promise.all(
    [ALL, SHOP].map((token) => json<{ items: readonly unknown[] }>(token, 'snat?what=ledger&of=conntrack')),
  );
  expect(tables.map(({ items }) => items.length)).toEqual([1, 0]);
  const own = seen.find(isOf) as Flow;
  const [why, same] = await Promise.all(
    [ALL, SHOP].map((token) => json<{ for: unknown }>(token, `why?flow=${own.flow}`)),
  );
  expect(same?.for).toEqual(why?.for);
  // The span of its own pod is there, that of the caller is missing.
  const journey = async (token: string): Promise<readonly string[]> =>
    (await json<{ items: readonly { kind: string; text: string }[] }>(token, `trace?id=${TRACE.both}`)).items.map(
      ({ kind }) => kind,
    );
  expect((await journey(ALL)).filter((kind) => kind === 'span')).toHaveLength(2);
  expect((await journey(SHOP)).filter((kind) => kind === 'span')).toHaveLength(1);
});

test('what is of other namespaces answers as what there is not', async () => {
  const theirs = all.find(({ pod }) => pod?.namespace === 'media') as Flow;
  const none = theirs.flow.replace(/.{4}$/, 'zzzz');
  const [hidden, unknown] = await Promise.all([theirs.flow, none].map((id) => ask(SHOP, `${API}/why?flow=${id}`)));
  expect([hidden?.status, hidden?.text.replaceAll(theirs.flow, none)]).toEqual([404, unknown?.text]);
  const [trace, nothing] = await Promise.all(
    [TRACE.theirs, TRACE.none].map((id) => ask(SHOP, `${API}/trace?id=${id}`)),
  );
  expect(trace?.text.replaceAll(TRACE.theirs, TRACE.none)).toBe(nothing?.text);
  const pod = podOf('transcoder').metadata.name;
  const [path, nowhere] = await Promise.all(
    [pod, 'nobody'].map((of) => ask(SHOP, `${API}/path?pod=${of}&dest=203.0.113.66`)),
  );
  expect([path?.status, path?.text.replaceAll(pod, 'nobody')]).toEqual([404, nowhere?.text]);
  const by = await Promise.all(['transcoder', 'nobody'].map((of) => ask(SHOP, `${API}/flows?workload=${of}`)));
  expect(by[0]?.text).toBe(by[1]?.text);
  expect((await ask(SHOP, '/metrics')).status).toBe(403);
  expect((await ask(ALL, '/metrics')).status).toBe(200);
});

const { store } = await temporaryStore();
/** Whether the pod, another's, may have opened the connection. */
const holds = (lease: LeaseRow, { srcIp, from, seen: last }: Connection): boolean =>
  lease.namespace === 'theirs' &&
  !lease.hostNetwork &&
  lease.ip === srcIp &&
  lease.mayFrom <= last &&
  (lease.mayUntil ?? LATEST) >= from;

let worlds = 0;
let hiddenConnections = 0;

test('on random worlds: its own flows as everybody sees them, and no word of others', async () => {
  // `uid-POD-WORLD`: each small world has pods of both.
  const mine = ({ uid }: Pick<PodSeen, 'uid'>): boolean => /^uid-[024]-/.test(uid);
  await fc.assert(
    fc.asyncProperty(richWorld, async (world) => {
      const cluster = `w${worlds++}`;
      const renamed = world.pods.map((pod) => {
        const [namespace, name] = mine(pod) ? ['mine', pod.name] : ['theirs', `hidden-${pod.name}`];
        return { ...pod, namespace, name, workload: { ...pod.workload, namespace, name: `of-${name}` } };
      });
      await store.write(batchesOf({ ...world, pods: renamed }, cluster));
      await store.attribute(cluster, NOW);
      const restricted = restrictedTo(store, ['mine']);
      const query = allFlows(cluster, { from: instant(START - HOUR), until: instant(START + 24 * HOUR) });
      const [whole, part] = [await store.flows({ ...query, everyCandidate: true }), await restricted.flows(query)];
      const isMine = (row: (typeof whole)[number]): boolean =>
        [row.pod, ...row.candidates].some((pod) => pod?.namespace === 'mine');
      const isOfBoth = (row: (typeof whole)[number]): boolean =>
        isMine(row) && row.candidates.some((pod) => pod?.namespace === 'theirs');
      expect(whole.some(isOfBoth)).toBe(true);
      expect(part.map(({ flow }) => flow)).toEqual(whole.filter(isMine).map(({ flow }) => flow));
      const own = ({ pod }: (typeof whole)[number]): boolean => pod?.namespace === 'mine';
      expect(part.filter(own)).toEqual(whole.filter(own));
      const shares = (rows: Awaited<ReturnType<typeof store.who>>): readonly unknown[] =>
        rows.pods
          .filter(({ pod }) => pod?.namespace === 'mine')
          .map(({ pod, flows, exactFlows, bytesOut }) => [pod?.uid, flows.toFixed(6), exactFlows, bytesOut.toFixed(3)])
          .sort((a, b) => String(a).localeCompare(String(b)));
      const [whoever, who] = [await store.who(query), await restricted.who(query)];
      expect(shares(who)).toEqual(shares(whoever));
      // Above all those that share their tuple with one that may be seen: an id also finds what began nearest to it.
      const tupleOf = ({ srcIp, srcPort, destIp, protocol }: (typeof whole)[number]): string =>
        [srcIp, srcPort, destIp, protocol].join(' ');
      const tuples = new Set(part.map(tupleOf));
      const beside = whole.filter((row) => !isMine(row) && tuples.has(tupleOf(row)));
      const looked = [...beside.slice(0, 4), ...whole.slice(0, 3)];
      const evidence = await Promise.all(looked.map(({ flow }) => restricted.evidence(cluster, flow)));
      // Nor does the time tell: of what is another's no more is read than of what there is not.
      let reads = 0;
      const counting = restrictedTo(
        {
          ...store,
          evidence: (...of) => {
            reads++;
            return store.evidence(...of);
          },
        },
        ['mine'],
      );
      const apart = whole.filter((row) => !isMine(row) && !tuples.has(tupleOf(row))).slice(0, 3);
      for (const { flow } of apart) expect(await counting.evidence(cluster, flow)).toBeNull();
      expect([apart.length > 0, reads]).toEqual([true, 0]);
      // Of two that have one id the one that may be seen is found.
      const ids = new Set(part.map(({ flow }) => flow));
      expect(evidence.map((one) => one !== null)).toEqual(looked.map(({ flow }) => ids.has(flow)));
      const hidden = renamed.filter(({ namespace }) => namespace === 'theirs').flatMap(({ uid, name }) => [uid, name]);
      const uids = renamed.map(({ uid }) => uid);
      const ips = [...new Set(renamed.flatMap((pod) => pod.ips))];
      const everyone = { uids, names: renamed.map(({ name }) => name), ips };
      const listed = [await restricted.podsTold(cluster, everyone), [...(await restricted.pods(cluster, uids))]];
      const leases = await store.podsTold(cluster, everyone);
      expect(leases.some(({ namespace }) => namespace === 'theirs')).toBe(true);
      for (const ip of new Set(whole.map(({ destIp }) => destIp))) {
        const to = { cluster, ip, from: query.from, until: query.until, openMs: HOUR, limit: 1_000 };
        const [found, shown] = [await store.connectionsTo(to), await restricted.connectionsTo(to)];
        // All that there are, and of none the address of a pod that is another's.
        expect(shown.map((one) => [one.from, one.seen])).toEqual(found.map((one) => [one.from, one.seen]));
        const theirs = found.flatMap((one, n) => (leases.some((lease) => holds(lease, one)) ? [shown[n]] : []));
        for (const one of theirs) expect(one).toMatchObject({ srcIp: null, srcPort: 0 });
        hiddenConnections += theirs.length;
      }
      const told = [part, who, evidence, listed, await restricted.changes(cluster, instant(0))];
      const said = JSON.stringify(told, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
      for (const word of hidden) expect(said).not.toContain(`"${word}"`);
      // Two entries of one tuple that began in the same millisecond have one id, and no order.
      const counts = (rows: typeof whole): readonly string[] =>
        rows.map(({ flow, end, candidateCount }) => `${flow} ${end} ${candidateCount}`).toSorted();
      expect(counts(part)).toEqual(counts(whole.filter(isMine)));
    }),
    { numRuns: 2, endOnFailure: true },
  );
  expect(hiddenConnections).toBeGreaterThan(0);
}, 120_000);
