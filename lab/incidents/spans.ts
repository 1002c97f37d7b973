import type { Random } from '../../simulator/random.ts';
import type { PodDrawn } from './cluster.ts';
import type { Recorded } from './record.ts';
import type { Call, Called } from './told.ts';

/** OTLP in JSON lines: a client span of each call, of workloads that trace. Node's instrumentation has today's names, Python's the old ones. */
export const spanLines = ({ incident, told }: Recorded): readonly object[] =>
  incident.cluster.pods
    .filter(({ workload }) => workload.spans)
    .flatMap((pod) =>
      (told.get(pod.spec.uid) ?? []).flatMap((line) => {
        const call = line.event === 'called' ? pod.calls[line.n] : undefined;
        return line.event === 'called' && call !== undefined
          ? [{ until: line.until, line: exported(incident.random, pod, call, line) }]
          : [];
      }),
    )
    .sort((a, b) => a.until - b.until)
    .map(({ line }) => line);

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } });
const whole = (key: string, value: number): object => ({ key, value: { intValue: String(value) } });
const nanos = (at: number): string => `${at}000000`;

const exported = (
  random: Random,
  { spec, workload, host }: PodDrawn,
  call: Omit<Call, 'n'>,
  called: Called,
): object => ({
  resourceSpans: [
    {
      resource: {
        attributes: [
          text('service.name', workload.name),
          text('k8s.namespace.name', spec.namespace),
          text('k8s.pod.name', spec.name),
          text('k8s.pod.uid', spec.uid),
          text('k8s.node.name', spec.node.name),
          text('k8s.pod.ip', `10.244.${spec.node.index}.${host}`),
        ],
      },
      scopeSpans: [
        {
          scope: {
            name:
              workload.program === 'python'
                ? 'opentelemetry.instrumentation.urllib'
                : '@opentelemetry/instrumentation-http',
          },
          spans: [
            {
              traceId: random.hex(32),
              spanId: random.hex(16),
              name: 'GET',
              kind: 3,
              startTimeUnixNano: nanos(called.at),
              endTimeUnixNano: nanos(called.until),
              attributes: (workload.program === 'python' ? oldNames : todaysNames)(call, called),
              status: called.ok ? {} : { code: 2, message: called.message },
            },
          ],
        },
      ],
    },
  ],
});

const todaysNames = (call: Omit<Call, 'n'>, { status, errorType, peerIp, localPort }: Called): readonly object[] => [
  text('http.request.method', 'GET'),
  text('url.full', `http://${call.host}:${call.port}${call.path}`),
  text('server.address', call.host),
  whole('server.port', call.port),
  ...(peerIp === null ? [] : [text('network.peer.address', peerIp), whole('network.peer.port', call.port)]),
  ...(localPort === null ? [] : [whole('network.local.port', localPort)]),
  ...(status === 0 ? [] : [whole('http.response.status_code', status)]),
  ...(errorType === '' ? (status >= 400 ? [text('error.type', String(status))] : []) : [text('error.type', errorType)]),
];

const oldNames = (call: Omit<Call, 'n'>, { status, errorType }: Called): readonly object[] => [
  text('http.method', 'GET'),
  text('http.url', `http://${call.host}:${call.port}${call.path}`),
  ...(status === 0 ? [] : [whole('http.status_code', status)]),
  ...(errorType === '' ? [] : [text('error.type', errorType)]),
];
