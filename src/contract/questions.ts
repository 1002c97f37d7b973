/** What may be given with a question, as a query parameter of its HTTP request and as a flag of the command line alike. */
export interface Parameter {
  /** `dest-port`: a query parameter of this name, and `--dest-port`. */
  readonly name: string;
  readonly says: string;
  readonly kind: 'text' | 'texts' | 'switch';
  /** What the flag means that stands without a value. */
  readonly bare?: string;
}

/** One question of the HTTP API: `GET /api/v1/NAME`, and `unmasq NAME`; `snat/plan` is `unmasq snat plan`. */
export interface Question {
  readonly name:
    | 'who'
    | 'flows'
    | 'map'
    | 'why'
    | 'trace'
    | 'snat'
    | 'snat/plan'
    | 'path'
    | 'diagnose'
    | 'sources'
    | 'doctor'
    | FilesQuestion['name'];
  readonly summary: string;
  /** What stands on the command line without a flag; null: nothing. */
  readonly subject: (Parameter & { readonly isNeeded: boolean }) | null;
  /** What stands behind it, as a word of its own, and is needed as it is. */
  readonly second?: Parameter;
  readonly parameters: readonly Parameter[];
  /** Files of docs/reference/schemas that say what the answer looks like; empty: none is published yet. */
  readonly schemas: readonly string[];
  /** Whether `items` can be had one a line (JSON lines, CSV). */
  readonly hasLines: boolean;
  /**
   * It is about files and not about the store, and what they are: GET asks of those that the server was started with, POST of those that come with
   * it (`FilesBody`), which are kept nowhere.
   */
  readonly files?: string;
}

/** A question about files. */
export interface FilesQuestion extends Question {
  readonly name: 'audit' | 'cost';
  readonly files: string;
}

/** What comes with a question by POST. */
export interface FilesBody {
  readonly files: readonly PostedFile[];
}

export interface PostedFile {
  /** As it is called in the answer: `infra/main.tf`. It is looked for nowhere. */
  readonly path: string;
  readonly text: string;
}

/** Of all files of one question. */
export const MOST_POSTED = { files: 1_000, bytes: 4 * 2 ** 20, pathLength: 500 } as const;

const text = (name: string, says: string): Parameter => ({ name, says, kind: 'text' });
const texts = (name: string, says: string): Parameter => ({ name, says, kind: 'texts' });
const on = (name: string, says: string): Parameter => ({ name, says, kind: 'switch' });

const CLUSTER = text('cluster', 'which cluster, where the store holds several');
const TZ = text('tz', 'IANA name or utc, for times without a zone (default utc)');
const RANGE = [
  text('since', 'from: 15m, 03:00, RFC 3339, epoch'),
  text('until', 'up to, not including'),
  text('at', 'one moment, five minutes around it'),
  TZ,
  CLUSTER,
];
const NAMESPACE = texts('namespace', 'only workloads of this namespace');
const VERDICT = texts('verdict', 'only flows with this verdict');
const NODE = texts('node', 'only flows that left through this node');
/** Which flows: of `flows` and `map`. */
const WHICH_FLOWS = [
  NAMESPACE,
  VERDICT,
  NODE,
  texts('dest', 'only to this IP, CIDR or IP:PORT'),
  texts('dest-port', 'only to this port'),
  texts('src', 'only from this IP, CIDR or IP:PORT on the wire'),
  texts('proto', 'only tcp, udp, … or a number'),
  text('where', 'the filters in words: dest = 203.0.113.0/24 and dest-port in (443, 5432) and verdict != exact'),
];

export const QUESTIONS: readonly Question[] = [
  {
    name: 'who',
    summary: 'Which workloads and pods talked to a destination',
    subject: { ...text('dest', 'an IP, a CIDR, IP:PORT, or a log line of any kind that mentions one'), isNeeded: true },
    parameters: [
      ...RANGE,
      NAMESPACE,
      VERDICT,
      NODE,
      text('compare', 'with as long an interval that much earlier: who is new, gone, grown'),
      text('steps', 'also how many flows began in each of n equal steps of the time, by verdict'),
    ],
    schemas: ['who.schema.json', 'who-comparison.schema.json'],
    hasLines: true,
  },
  {
    name: 'flows',
    summary: 'The flows with the pod behind each, newest last',
    subject: { ...texts('workload', 'NAMESPACE/NAME, KIND/NAME or a bare name'), isNeeded: false },
    parameters: [
      ...RANGE,
      ...WHICH_FLOWS,
      text('changed-since', 'only flows of which something else is said than was at that time'),
      text('limit', 'the newest n (default 100)'),
      on('all', 'no limit'),
      text('steps', 'also how many there are by when they began, in n equal steps of the time'),
    ],
    schemas: ['flows.schema.json'],
    hasLines: true,
  },
  {
    name: 'map',
    summary: 'Who talks to what: the largest edges from workloads to destinations, and the rest as sums',
    subject: { ...texts('workload', 'NAMESPACE/NAME, KIND/NAME or a bare name'), isNeeded: false },
    parameters: [
      ...RANGE,
      text('sender', 'what pods sent by workload (the default) or pod'),
      text('to', 'destinations by address (the default), port, block, host, tag, or all together'),
      text('by', 'what makes an edge large: flows (the default), bytes, or bytes that were sent (sent)'),
      texts('hide', 'leave out and count: dns, kube-system, azure'),
      text('limit', 'the n largest (default 40)'),
      ...WHICH_FLOWS,
    ],
    schemas: ['map.schema.json'],
    hasLines: true,
  },
  {
    name: 'why',
    summary: 'What a verdict rests on: for, against, ruled out, missing',
    subject: { ...text('flow', 'an id, or a tuple as on the wire'), isNeeded: true },
    parameters: RANGE,
    schemas: ['why.schema.json'],
    hasLines: false,
  },
  {
    name: 'trace',
    summary: 'The journey of a request, or with `propagation` how ids travel between workloads',
    subject: { ...text('id', 'a trace id or any correlation id'), isNeeded: false },
    parameters: [...RANGE, NAMESPACE, on('propagation', 'how ids travel between workloads, in place of one journey')],
    schemas: ['trace.schema.json', 'propagation.schema.json'],
    hasLines: true,
  },
  {
    name: 'snat',
    summary:
      'The ports that connections to the outside take: who holds them and why, how near the limits are, when they run out',
    subject: { ...text('what', 'status (the default), ledger, forecast or advice'), isNeeded: false },
    parameters: [
      ...RANGE,
      NAMESPACE,
      NODE,
      texts('dest', 'only to this IP, CIDR or IP:PORT'),
      on('inside', 'also to private addresses'),
      text('steps', 'with status: also the ports over time, in up to n equal steps'),
      text('of', 'with ledger: node (the default), pod or conntrack'),
      text('limit', 'with ledger, advice or forecast: only the n that held most (default 100)'),
    ],
    schemas: [
      'snat-status.schema.json',
      'snat-ledger.schema.json',
      'snat-forecast.schema.json',
      'snat-pod-ledger.schema.json',
      'snat-conntrack-ledger.schema.json',
      'snat-advice.schema.json',
    ],
    hasLines: true,
  },
  {
    name: 'snat/plan',
    summary: 'What other settings of the egress would do: to the ports of a node, to the bill, and how to get there',
    subject: null,
    parameters: [
      ...RANGE,
      text(
        'now',
        'what is now and no document tells: nodes=48,outbound-ips=1,ports-per-node=0,idle-timeout=30, or nat-gateway=2',
      ),
      text('nodes', 'nodes of the cluster'),
      text('surge', 'nodes that an upgrade adds for its time, 3 or 10%'),
      text('outbound-ips', 'public addresses to leave through'),
      text('ports-per-node', 'ports of each node, a multiple of 8; 0: by the number of nodes'),
      text('idle-timeout', 'minutes for which a silent connection keeps its port'),
      text('lb-rules', 'load balancing rules on the same addresses'),
      { ...text('nat-gateway', 'through a NAT gateway with so many addresses'), bare: '1' },
      on('managed-network', 'AKS made the network, so it makes the NAT gateway too'),
      texts('private-endpoint', 'a destination that gets one'),
      texts('peak', 'DEST=PORTS: most ports that a node holds to it, in place of what was counted'),
      texts('opens', 'DEST=N: connections that a node opens to it in a second'),
      text('gb', 'gigabytes through the egress in a month, both directions'),
    ],
    schemas: ['snat-plan.schema.json'],
    hasLines: false,
  },
  {
    name: 'diagnose',
    summary: 'Why calls fail: for each cause whether it is ruled in, ruled out, or cannot be told, and what would tell',
    subject: null,
    parameters: [...RANGE, NAMESPACE, NODE, texts('dest', 'only to this IP, CIDR or IP:PORT')],
    schemas: ['diagnosis.schema.json'],
    hasLines: true,
  },
  {
    name: 'path',
    summary:
      'How what a pod sends to a destination leaves: every hop, translation and limit, and the addresses that the other side sees',
    subject: { ...text('pod', 'NAMESPACE/NAME or a bare name'), isNeeded: true },
    second: text('dest', 'an IP or IP:PORT'),
    parameters: [CLUSTER, TZ],
    schemas: ['path.schema.json'],
    hasLines: true,
  },
  {
    name: 'sources',
    summary: 'What has arrived, of which cluster, up to when, with gaps and rejects',
    subject: null,
    parameters: [CLUSTER, TZ],
    schemas: ['sources.schema.json'],
    hasLines: true,
  },
  {
    name: 'doctor',
    summary:
      'What is there, fresh and complete, and what mends what is not; whether a question can be answered exactly',
    subject: null,
    parameters: [CLUSTER, TZ, text('for', 'a question of `unmasq who`')],
    schemas: ['doctor.schema.json'],
    hasLines: true,
  },
  {
    name: 'audit',
    summary:
      'What is wrong with the files that set up the monitoring, and which questions they could answer at what cost',
    subject: null,
    parameters: [
      on('complete', 'this is everything: what is not here is missing'),
      on('partial', 'there is more elsewhere: nothing is said to be missing'),
      texts('elsewhere', 'kept in another place: flow-logs, alerts, queries, collection-rules, agent, nat-gateway'),
      text('need-days', 'how far back one wants to be able to ask (default 90)'),
      text('today', 'as if it were that day'),
    ],
    schemas: ['audit.schema.json'],
    hasLines: true,
    files: 'of a configuration, as `unmasq audit` reads them; those of a folder keep its name before theirs',
  },
  {
    name: 'cost',
    summary: 'What a month of the monitoring costs, and what another setting would save',
    subject: { ...text('what', 'estimate, diff or breakdown'), isNeeded: true },
    parameters: [
      texts('set', 'the spec with something else in it: inventory.interval=5m'),
      text('by', 'with breakdown: table (the default), namespace, area or plan'),
    ],
    schemas: ['cost-estimate.schema.json', 'cost-difference.schema.json', 'cost-breakdown.schema.json'],
    hasLines: true,
    files: 'a spec of the monitoring (YAML or JSON); with diff up to two',
  },
];

/** Where the API stands. Within a version it only grows. */
export const API = '/api/v1';

/** Forms of an answer. */
export const MEDIA = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  csv: 'text/csv',
  yaml: 'application/yaml',
  /** Lines of a terminal, for `unmasq --server`: see `TerminalLine`. */
  terminal: 'application/vnd.unmasq.terminal+ndjson',
} as const;

/** What a command would write, piece by piece, and in the last line its exit code. */
export type TerminalLine = { readonly out: string } | { readonly err: string } | { readonly exit: number };

/** How the terminal of whoever asks looks, and what else only a command line has. Parameters of a request for `MEDIA.terminal`. */
export const TERMINAL: readonly Parameter[] = [
  text('output', 'table, wide, json, jsonl, csv or yaml'),
  text('columns', 'width of stdout; without it stdout is no terminal'),
  text('err-columns', 'the same of stderr'),
  text('color', 'auto, always or never'),
  on('resolve-now', 'guess: the addresses that a host name has at this moment, as the server resolves it'),
  on('strict', 'exit 5 when the answer is incomplete'),
  on('quiet', 'no notes and summary'),
  on('verbose', 'say more'),
];

/** A request that was not answered (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Never changes: docs/reference/errors.md. */
  readonly code: string;
  readonly detail: string | null;
  readonly fix: string;
}
