import { expect, test } from 'vitest';
import { decoderFor } from '../../src/formats/decoder-for.ts';
import { HEAD_BYTES, recognise } from '../../src/formats/recognise.ts';
import type { Parameters } from '../parameters.ts';
import { filesOf, jsonLines, withRun } from '../run-read.testing.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState?: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}

interface Line {
  readonly resourceSpans: readonly [
    {
      readonly resource: { readonly attributes: readonly Attribute[] };
      readonly scopeSpans: readonly [{ readonly spans: readonly Span[] }];
    },
  ];
}

interface Row {
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly begin: string;
  readonly podUid?: string;
}

interface Placed {
  readonly podUid: string;
  readonly node: string;
  readonly workload: { readonly kind: string; readonly namespace: string; readonly name: string };
}

const ASKED = { nodes: 3, podsPerNode: 10, hours: 0.5, flows: 5_000 } as const satisfies Partial<Parameters>;

const valueOf = (attributes: readonly Attribute[], ...keys: readonly string[]): string | undefined => {
  for (const key of keys) {
    const found = attributes.find((each) => each.key === key);
    if (found !== undefined) return found.value.stringValue ?? found.value.intValue;
  }
  return undefined;
};

/** Every span with what is told of it, its times in ms. */
const traced = async (asked: Partial<Parameters>) =>
  withRun({ ...ASKED, ...asked }, (folder, run) => {
    const files = filesOf(folder);
    const lines = jsonLines(files, 'otlp/traces.jsonl') as readonly Line[];
    const spans = lines.flatMap(({ resourceSpans: [{ resource, scopeSpans }] }) =>
      scopeSpans[0].spans.map((span) => ({
        ...span,
        podUid: valueOf(resource.attributes, 'k8s.pod.uid') ?? '',
        node: valueOf(resource.attributes, 'k8s.node.name') ?? '',
        deployment: valueOf(resource.attributes, 'k8s.deployment.name'),
        peer: valueOf(span.attributes, 'network.peer.address', 'net.sock.peer.addr', 'net.peer.ip'),
        port: Number(valueOf(span.attributes, 'network.peer.port', 'net.peer.port')),
        localPort: Number(valueOf(span.attributes, 'network.local.port', 'net.sock.host.port', 'net.host.port')),
        startMs: Number(span.startTimeUnixNano) / 1e6,
        endMs: Number(span.endTimeUnixNano) / 1e6,
      })),
    );
    return {
      files,
      run,
      spans,
      clients: spans.filter(({ kind }) => kind === 3),
      truth: jsonLines(files, 'truth.jsonl') as readonly Row[],
      placed: jsonLines(files, 'placement.jsonl') as readonly Placed[],
    };
  });

test('traces change nothing in what else is told', async () => {
  const others = async (asked: Partial<Parameters>): Promise<unknown> =>
    withRun({ ...ASKED, flows: 500, traffic: 'lively', ...asked }, (folder) =>
      [...filesOf(folder)].filter(([path]) => !/^(otlp|run\.json|log-analytics\/ContainerLogV2)/.test(path)),
    );
  expect(await others({ traces: 0.5 })).toEqual(await others({}));
});

test('where every trace is kept, each connection over TCP of an instrumented workload has its span', async () => {
  const { clients, truth, placed, run } = await traced({ traces: 1, traceLocalPort: 1, skewMs: { node2: 5_000 } });
  const nameOf = ({ workload: { namespace, name } }: Pick<Placed, 'workload'>): string => `${namespace}/${name}`;
  const pods = new Map(placed.map((pod) => [pod.podUid, pod]));
  const instrumented = new Set(
    (run.traces?.instrumented ?? []).map((each) => {
      expect(each.workload.kind).toBe('Deployment');
      return nameOf(each);
    }),
  );
  expect(instrumented.size).toBeGreaterThan(3);
  const skew = new Map(
    (run.nodes as readonly { name: string; skewMs: number }[]).map(({ name, skewMs }) => [name, skewMs]),
  );
  const spans = Map.groupBy(
    clients.filter(({ peer }) => peer !== undefined),
    ({ podUid, peer, port }) => `${podUid} ${peer} ${port}`,
  );
  const kept = new Set<string>();
  let [matched, missing] = [0, 0];
  for (const { podUid = '', destIp, destPort, protocol, begin } of truth) {
    const pod = pods.get(podUid);
    if (pod === undefined || protocol !== 'tcp' || !instrumented.has(nameOf(pod))) continue;
    const at = Date.parse(begin) + (skew.get(pod.node) ?? 0);
    const key = `${podUid} ${destIp} ${destPort}`;
    const found = spans.get(key)?.find(({ startMs }) => startMs >= at && startMs <= at + 5);
    if (found === undefined) missing++;
    else {
      matched++;
      kept.add(found.spanId);
    }
  }
  // What is refused, unanswered or denied has a span without an address.
  const nameless = clients.filter(({ peer }) => peer === undefined).length;
  expect(matched).toBeGreaterThan(1_000);
  expect(missing).toBeLessThanOrEqual(nameless + 0.01 * matched);
  expect(clients.every(({ traceState }) => traceState === undefined)).toBe(true);
  // Connections that are kept alive carry more than the first.
  expect(clients.length).toBeGreaterThan(kept.size + nameless + 20);
  expect(run.traces).toMatchObject({ clientSpans: clients.length });
});

test('the local port that a span tells is the port on the wire, where the node kept it', async () => {
  const { clients, truth, run } = await traced({ traces: 1, traceLocalPort: 1 });
  const nodes = run.nodes as readonly { readonly name: string; readonly ip: string; readonly fullyRandom: boolean }[];
  const keeping = nodes.filter(({ fullyRandom }) => !fullyRandom);
  const seen = new Set(truth.map((row) => `${row.podUid} ${row.destIp} ${row.destPort} ${row.snatPort}`));
  const told = clients.filter(({ localPort, node }) => localPort > 0 && keeping.some(({ name }) => name === node));
  const same = told.filter(({ podUid, peer, port, localPort }) => seen.has(`${podUid} ${peer} ${port} ${localPort}`));
  expect(told.length).toBeGreaterThan(500);
  expect(same.length).toBeGreaterThan(0.99 * told.length);
});

test('a share of traces is kept, some workloads tell their port, and each has its dialect', async () => {
  const [all, some] = [await traced({ traces: 1 }), await traced({ traces: 0.2 })];
  expect(some.clients.length / all.clients.length).toBeCloseTo(0.2, 1);
  expect(some.clients.every(({ traceState }) => traceState === 'ot=th:cccc')).toBe(true);
  const telling = all.clients.filter(({ localPort }) => localPort > 0).length;
  expect(telling).toBeGreaterThan(0);
  expect(telling).toBeLessThan(all.clients.length);
  expect(new Set((all.run.traces?.instrumented ?? []).map(({ dialect }) => dialect)).size).toBeGreaterThan(1);
  expect(all.clients.every(({ deployment }) => deployment !== undefined)).toBe(true);
});

test('a third of the requests are made on behalf of another, of the same pod, that began before and ended after', async () => {
  const { spans, clients } = await traced({ traces: 0.5 });
  const servers = new Map(spans.filter(({ kind }) => kind === 2).map((span) => [span.spanId, span]));
  const children = clients.filter(({ parentSpanId }) => parentSpanId !== '');
  expect(children.length / clients.length).toBeCloseTo(1 / 3, 1);
  expect(servers.size).toBe(children.length);
  for (const child of children) {
    const parent = servers.get(child.parentSpanId);
    expect(parent).toMatchObject({ traceId: child.traceId, podUid: child.podUid });
    expect(parent?.startMs).toBeLessThan(child.startMs);
    expect(parent?.endMs).toBeGreaterThan(child.endMs);
    expect(valueOf(parent?.attributes ?? [], 'http.request.header.x-correlation-id')).toBeUndefined();
    expect(parent?.attributes.map(({ key }) => key)).toContain('http.request.header.x-correlation-id');
  }
});

test('what programs log of their requests is read as ContainerLogV2, and names a trace that there is', async () => {
  const { files, spans, run: described } = await traced({ traces: 0.5 });
  const path = 'log-analytics/ContainerLogV2.jsonl';
  const bytes = files.get(path) ?? Buffer.from('');
  const format = recognise(bytes.subarray(0, HEAD_BYTES), path);
  if (!format.ok) throw new Error(format.problem);
  const decoder = decoderFor(format.value, { name: path, at: null });
  decoder.push(bytes);
  decoder.end();
  expect(decoder.take().rejects).toEqual([]);
  const rows = jsonLines(files, path) as readonly { readonly LogMessage: { readonly trace_id: string } }[];
  const traces = new Set(spans.map(({ traceId }) => traceId));
  expect(rows.length).toBeGreaterThan(100);
  expect(described.traces?.logLines).toBe(rows.length);
  for (const { LogMessage } of rows) expect(traces).toContain(LogMessage.trace_id);
});

test('what the odd one takes out it tells nobody', async () => {
  const { clients, run: described } = await traced({ traces: 1, odd: true, hours: 1, seed: 2 });
  const { odd } = described;
  expect(odd).toBeTruthy();
  expect(clients.filter(({ podUid, peer }) => podUid === odd?.podUid && peer === odd?.destIp)).toEqual([]);
});
