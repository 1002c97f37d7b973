/** What a server tells Prometheus: every metric there is. Names and labels do not change within a major version; a new label makes new series of old ones. */
export interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** As the reference and HELP have it. */
  readonly says: string;
}

export const METRICS = {
  unmasq_http_requests_total: {
    kind: 'counter',
    labels: ['route', 'status'],
    says: 'requests; status 499: whoever asked went away',
  },
  unmasq_http_request_duration_seconds: { kind: 'histogram', labels: ['route'], says: 'how long they took' },
  unmasq_ingest_rows_received_total: {
    kind: 'counter',
    labels: ['cluster'],
    says: 'rows that were read from what was brought in',
  },
  unmasq_ingest_rows_total: {
    kind: 'counter',
    labels: ['cluster', 'outcome'],
    says: 'what became of them: `stored`, `known` (the store had them), `rejected`, `expired` (older than is kept), `ignored` (without a time), `failed` (not written: whoever brought them was told to send them again)',
  },
  unmasq_ingest_bytes_total: { kind: 'counter', labels: ['cluster'], says: 'bytes brought in, unpacked' },
  unmasq_questions_ended_total: {
    kind: 'counter',
    labels: ['why'],
    says: 'questions that were ended before they were answered: `late` (beyond the time limit), `left` (the asker went away)',
  },
  unmasq_otlp_exports_total: {
    kind: 'counter',
    labels: ['outcome'],
    says: 'exports of OTLP: `taken`, `busy` (told to come again), `refused` (cannot be read)',
  },
  unmasq_attribution_pending: { kind: 'gauge', labels: [], says: 'clusters whose verdicts are not up to date yet' },
  unmasq_attribution_failures_total: {
    kind: 'counter',
    labels: ['cluster'],
    says: 'passes that failed; they are tried again',
  },
  unmasq_store_workers: {
    kind: 'gauge',
    labels: [],
    says: 'servers that write to the store, this one among them; 0: nobody else can',
  },
  unmasq_store_parts: {
    kind: 'gauge',
    labels: ['owner'],
    says: 'parts of the store that are owned by `this` server, and by `others`',
  },
  unmasq_table_rows: {
    kind: 'gauge',
    labels: ['table'],
    says: 'rows of a table of the store, those among them that are replaced and not merged yet',
  },
  unmasq_table_bytes: { kind: 'gauge', labels: ['table'], says: 'its bytes on the disk' },
  unmasq_kept_from_timestamp_seconds: {
    kind: 'gauge',
    labels: ['kind'],
    says: 'from when on `flows`, `minutes`, `hours`, `records`, `sightings`, `logs`, `metrics` are kept; not there where they are kept for ever',
  },
  unmasq_expired_rows_total: {
    kind: 'counter',
    labels: ['table'],
    says: 'rows that were dropped as they were older than is kept',
  },
  unmasq_expiry_failures_total: {
    kind: 'counter',
    labels: [],
    says: 'times that they could not be dropped; tried again an hour later',
  },
  unmasq_source_rows: { kind: 'gauge', labels: ['cluster', 'source', 'kind'], says: 'rows of a source in the store' },
  unmasq_source_rejects: { kind: 'gauge', labels: ['cluster', 'source', 'kind'], says: 'rows of it that were refused' },
  unmasq_source_gaps: {
    kind: 'gauge',
    labels: ['cluster', 'source', 'kind'],
    says: 'intervals in which it may have lost data',
  },
  unmasq_recent_flows: {
    kind: 'gauge',
    labels: ['cluster', 'verdict'],
    says: 'flows of the last hour, by verdict. This and those below are worked out at most once a minute, when somebody asks; a cluster that told nothing for a quarter of an hour has none',
  },
  unmasq_snat_ports_used: {
    kind: 'gauge',
    labels: ['cluster', 'node', 'node_ip', 'egress', 'protocol'],
    says: 'ports that connections to the outside hold of a node, by egress path; at a load balancer (`egress="lb"`) no more than these, and only what documents say leaves by it',
  },
  unmasq_snat_ports_allocated: {
    kind: 'gauge',
    labels: ['cluster', 'node', 'node_ip', 'egress', 'protocol'],
    says: 'ports that a load balancer allocated to the node, as Azure told last; not there where it told nothing',
  },
  unmasq_snat_ports_counted: {
    kind: 'gauge',
    labels: ['cluster', 'node', 'node_ip', 'egress', 'protocol'],
    says: 'the most ports of the node that the load balancer counted in the last hour, likewise',
  },
  unmasq_snat_connections_failed: {
    kind: 'gauge',
    labels: ['cluster', 'resource'],
    says: 'connections of the last five minutes that Azure counted as failed for want of a port, likewise',
  },
  unmasq_snat_packets_dropped: {
    kind: 'gauge',
    labels: ['cluster', 'resource'],
    says: 'packets of the last five minutes that Azure counted as dropped by a NAT gateway, likewise',
  },
  unmasq_snat_exhaustion_timestamp_seconds: {
    kind: 'gauge',
    labels: ['cluster', 'node', 'node_ip', 'dest', 'protocol'],
    says: "when the node's ports are expected to run out: at its load balancer, or with `dest` towards one destination; not there where nothing is expected",
  },
  unmasq_blob_reads_total: {
    kind: 'counter',
    labels: ['container', 'cluster'],
    says: 'readings of a blob to its end; of an hour that grows one each time',
  },
  unmasq_blob_bytes_total: { kind: 'counter', labels: ['container', 'cluster'], says: 'bytes that were read of blobs' },
  unmasq_blob_blocks_total: {
    kind: 'counter',
    labels: ['container', 'cluster'],
    says: 'blocks that were read of blobs',
  },
  unmasq_blob_requests_total: {
    kind: 'counter',
    labels: ['container', 'cluster'],
    says: 'requests to storage, without those that were repeated at once',
  },
  unmasq_blob_failures_total: {
    kind: 'counter',
    labels: ['container', 'cluster'],
    says: 'looks at a container, and readings of a blob, that failed; they are tried again',
  },
  unmasq_blob_waiting: {
    kind: 'gauge',
    labels: ['container', 'cluster'],
    says: 'blobs that have changed and are not read yet',
  },
  unmasq_blob_failing: {
    kind: 'gauge',
    labels: ['container', 'cluster'],
    says: 'blobs that could not be read when they were tried last',
  },
  unmasq_blob_behind_seconds: {
    kind: 'gauge',
    labels: ['container', 'cluster'],
    says: 'how long ago everything that was in the container had been read',
  },
  unmasq_kubernetes_events_total: {
    kind: 'counter',
    labels: ['cluster', 'resource', 'type'],
    says: 'events of watches: `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK`, `ERROR`',
  },
  unmasq_kubernetes_events_unchanged_total: {
    kind: 'counter',
    labels: ['cluster', 'resource'],
    says: 'events that changed nothing that is used',
  },
  unmasq_kubernetes_lists_total: {
    kind: 'counter',
    labels: ['cluster', 'resource', 'reason'],
    says: 'lists of everything: `start`, `expired`, `continue-expired`, `failed`',
  },
  unmasq_kubernetes_watches_total: {
    kind: 'counter',
    labels: ['cluster', 'resource'],
    says: 'watches that the API server began',
  },
  unmasq_kubernetes_failures_total: {
    kind: 'counter',
    labels: ['cluster', 'resource', 'reason'],
    says: 'requests that failed or broke off: `http-403`, `expired`, `idle`, `late`, `connection`, `credentials` …',
  },
  unmasq_kubernetes_handed_over_total: {
    kind: 'counter',
    labels: ['cluster', 'resource'],
    says: 'pages, events and statements that were stored',
  },
  unmasq_kubernetes_hand_over_failures_total: {
    kind: 'counter',
    labels: ['cluster', 'resource'],
    says: 'times that the store did not take them; tried again',
  },
  unmasq_kubernetes_objects: { kind: 'gauge', labels: ['cluster', 'resource'], says: 'objects that are known now' },
  unmasq_kubernetes_clock_ahead_seconds: {
    kind: 'gauge',
    labels: ['cluster', 'resource'],
    says: "the API server's clock less ours, where they differ",
  },
  unmasq_kubernetes_watched_timestamp_seconds: {
    kind: 'gauge',
    labels: ['cluster', 'resource'],
    says: 'up to when nothing was missed',
  },
  unmasq_log_analytics_reads_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'windows of a table that were read to their end',
  },
  unmasq_log_analytics_rows_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'rows that were read; of minutes that grow again and again',
  },
  unmasq_log_analytics_bytes_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'bytes of answers, unpacked',
  },
  unmasq_log_analytics_requests_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'requests that were sent, each try one',
  },
  unmasq_log_analytics_throttled_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'requests that were told to come later',
  },
  unmasq_log_analytics_failures_total: {
    kind: 'counter',
    labels: ['workspace', 'cluster'],
    says: 'looks at a workspace, and readings of a window, that failed; they are tried again',
  },
  unmasq_log_analytics_tables: {
    kind: 'gauge',
    labels: ['workspace', 'cluster'],
    says: 'tables that are there and are read',
  },
  unmasq_log_analytics_waiting: {
    kind: 'gauge',
    labels: ['workspace', 'cluster'],
    says: 'windows that are not read yet',
  },
  unmasq_log_analytics_failing: {
    kind: 'gauge',
    labels: ['workspace', 'cluster'],
    says: 'windows that could not be read when they were tried last',
  },
  unmasq_log_analytics_behind_seconds: {
    kind: 'gauge',
    labels: ['workspace', 'cluster'],
    says: 'how long ago everything that was in the workspace had been read, but for minutes that were still growing',
  },
  unmasq_azure_metrics_points_total: {
    kind: 'counter',
    labels: ['resource', 'cluster'],
    says: 'moments of metrics that were read; the last minutes again and again',
  },
  unmasq_azure_metrics_requests_total: {
    kind: 'counter',
    labels: ['resource', 'cluster'],
    says: 'requests that were sent, each try one',
  },
  unmasq_azure_metrics_throttled_total: {
    kind: 'counter',
    labels: ['resource', 'cluster'],
    says: 'requests that were told to come later',
  },
  unmasq_azure_metrics_failures_total: {
    kind: 'counter',
    labels: ['resource', 'cluster'],
    says: 'looks at a resource that failed; they are tried again',
  },
  unmasq_azure_metrics_behind_seconds: {
    kind: 'gauge',
    labels: ['resource', 'cluster'],
    says: 'how long ago all metrics had been read',
  },
  unmasq_source_watermark_timestamp_seconds: {
    kind: 'gauge',
    labels: ['cluster', 'source', 'kind'],
    says: 'up to when it is complete: `time() - …` is how late it is',
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;

/** docs/reference/metrics.md. */
export const metricsPage = (): string => {
  const rows = Object.entries<MetricSpec>(METRICS).map(
    ([name, { kind, labels, says }]) => `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${says} |`,
  );
  return `${HEAD}${rows.join('\n')}\n`;
};

const HEAD = `# Metrics

What \`GET /metrics\` of [\`unmasq serve\`](../guide/serve.md) tells Prometheus. Names and labels do not change within a major version. Beside these
there are \`process_*\` and \`nodejs_*\`, as Prometheus' client for Node has them. Made of \`src/core/metrics.ts\`; do not edit.

\`unmasq_ingest_rows_received_total\` is counted where rows are read, \`unmasq_ingest_rows_total\` where their outcome is known. While something is being
written the difference is in hand; at rest there is none.

| metric | kind | labels | says |
|---|---|---|---|
`;
