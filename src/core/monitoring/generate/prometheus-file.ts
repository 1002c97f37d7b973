import { shareText } from './alert-blocks.ts';
import type { WrittenFile } from './blueprint.ts';
import { stamped, stampLine } from './stamp.ts';

/** `share`: of its ports, from which on a node is told of. */
export const prometheusFile = (share: number): WrittenFile => ({
  name: 'prometheus-rules.yaml',
  text: stamped(stampLine('prometheus') + rules(share)),
});

const rules = (
  share: number,
): string => `# Alerts on what \`GET /metrics\` of \`unmasq serve\` tells (docs/reference/metrics.md). What is written here was run by promtool: prometheus-rules.test.yaml.
groups:
  - name: unmasq-snat
    rules:
      # The one sure sign: somebody's connection was refused a port.
      - alert: SnatConnectionsFailed
        expr: sum by (cluster, resource) (unmasq_snat_connections_failed) > 0
        for: 1m
        labels: { severity: critical }
        annotations:
          summary: 'connections of {{ $labels.cluster }} fail for want of a SNAT port'
          description: '{{ $value }} in the last five minutes at {{ $labels.resource }}. Who eats the ports: unmasq snat ledger --cluster {{ $labels.cluster }} --since 15m'
      # The most that Azure counted in the last hour, else what flows hold, of what is allocated now: at 51, 101, 201 … nodes the default allocation of every node is halved, with no change in use.
      - alert: SnatPortsNearlyUsed
        expr: |
          max by (cluster, node, node_ip, protocol) (unmasq_snat_ports_counted or unmasq_snat_ports_used{egress="lb"})
            / max by (cluster, node, node_ip, protocol) (unmasq_snat_ports_allocated) >= ${shareText(share)}
        for: 2m
        labels: { severity: warning }
        annotations:
          summary: 'node {{ $labels.node }} used up to {{ $value | humanizePercentage }} of its {{ $labels.protocol }} SNAT ports in the last hour'
          description: 'unmasq snat ledger --cluster {{ $labels.cluster }} --node {{ $labels.node }} --since 1h'
      - alert: SnatPortsRunOut
        expr: (unmasq_snat_exhaustion_timestamp_seconds - time()) < 6 * 3600
        for: 10m
        labels: { severity: warning }
        annotations:
          summary: 'SNAT ports of node {{ $labels.node }} are expected to run out in {{ $value | humanizeDuration }}'
          description: 'unmasq snat forecast --cluster {{ $labels.cluster }} --since 3h'
      # A NAT gateway has no ports per node: what it drops and what failed (above) is all that it tells.
      - alert: NatGatewayDropsPackets
        expr: sum by (cluster, resource) (unmasq_snat_packets_dropped) > 0
        for: 5m
        labels: { severity: warning }
        annotations:
          summary: 'the NAT gateway of {{ $labels.cluster }} drops packets'
          description: '{{ $value }} in the last five minutes at {{ $labels.resource }}. What more addresses would do: unmasq snat plan --now nodes=N,nat-gateway=1 --nat-gateway 2'
      # Of node_exporter, where it runs. A node whose table is full refuses every new connection, also inside the cluster: that is no SNAT of Azure's.
      - alert: ConntrackTableNearlyFull
        expr: node_nf_conntrack_entries / node_nf_conntrack_entries_limit >= 0.8
        for: 2m
        labels: { severity: warning }
        annotations:
          summary: 'connection tracking of {{ $labels.instance }} is {{ $value | humanizePercentage }} full'
          description: 'Who holds the entries: unmasq snat ledger --inside --since 15m. The limit: net.netfilter.nf_conntrack_max of the node pool'
  - name: unmasq-evidence
    rules:
      - alert: UnmasqSourceStale
        expr: time() - max by (cluster, source) (unmasq_source_watermark_timestamp_seconds{kind=~"flow-log|conntrack"}) > 1800
        for: 5m
        labels: { severity: warning }
        annotations:
          summary: '{{ $labels.source }} of {{ $labels.cluster }} has told nothing for {{ $value | humanizeDuration }}'
          description: 'What has arrived: unmasq sources --cluster {{ $labels.cluster }}. What mends it: unmasq doctor --cluster {{ $labels.cluster }}'
      - alert: UnmasqSourceGap
        expr: delta(unmasq_source_gaps{kind="conntrack"}[15m]) > 0
        labels: { severity: warning }
        annotations:
          summary: '{{ $labels.source }} of {{ $labels.cluster }} may have lost data'
          description: 'From when to when: unmasq sources --cluster {{ $labels.cluster }}'
      # Half an hour's share of flows that are named for certain, against the day before.
      - alert: UnmasqCoverageFalls
        expr: |
          unmasq:exact_flows:share < 0.9 * avg_over_time(unmasq:exact_flows:share[1d] offset 1h)
            and on (cluster) sum by (cluster) (unmasq_recent_flows) > 1000
        for: 30m
        labels: { severity: warning }
        annotations:
          summary: 'only {{ $value | humanizePercentage }} of the flows of {{ $labels.cluster }} have a certain sender'
          description: 'unmasq doctor --cluster {{ $labels.cluster }}'
      - record: unmasq:exact_flows:share
        expr: sum by (cluster) (unmasq_recent_flows{verdict=~"exact|node|relayed"}) / (sum by (cluster) (unmasq_recent_flows) > 0)
      - alert: UnmasqVerdictsBehind
        expr: min_over_time(unmasq_attribution_pending[15m]) > 0 or increase(unmasq_attribution_failures_total[15m]) > 0
        labels: { severity: warning }
        annotations:
          summary: 'verdicts are not brought up to date'
          description: 'The log of unmasq serve says why.'
`;
