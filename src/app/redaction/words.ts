/*
 * Words that answers of this program say by themselves, whoever asks: they are no names. SAID and MEMBERS are those of docs/reference/schemas, TABLES those of
 * the schema of the store, PAGES the files of docs: made of them by redaction.test.ts (UPDATE=1). OWN are what fields say that the schemas leave open.
 */

const words = (text: string): readonly string[] => text.split(',').map((word) => word.trim());

export const SAID = words(`
  10m, 60m, Analytics, Audit, Auxiliary, Backup, Basic, Compaction, ContainerInventory, ContainerNodeInventory, CostBreakdown, CostDifference,
  CostEstimate, Diagnosis, DoctorReport, Evaluation, EvaluationComparison, FlowMap, Flows, GRS, Generated, InsightsMetrics, KqlCheck, KqlLink, KqlList,
  KqlLocal, KqlQuery, KqlRun, KubeEvents, KubeNodeInventory, KubePVInventory, KubePodInventory, KubeServices, LRS, LogAudit, PathReport, Perf,
  PriceTable, Propagation, Purge, Restore, SnatAdvice, SnatConntrackLedger, SnatForecast, SnatLedger, SnatPlan, SnatPodLedger, SnatStatus, Sources,
  Standard, StandardV2, Trace, USD, WhoComparison, WhoReport, WhyReport, ZRS, above, address, agent, aggregates, alerts, all, allowed, ambiguous,
  another, area, as-found, at-most, azure, below, beyond-horizon, billed-size, block, bytes, callee-silent, caller-silent, cannot-tell, certain,
  changed, churn, client, client-timeout, coarse-leases, collection-rules, columns, comment, complete, connections to one destination, conntrack,
  conntrack-full, consumer, coredns-overload, counted, critical, dcr, default, deleted, denied, depends, destination, destination-down,
  destination-hours, destination-refusing, destination-throttling, diagnose, dns, dns-failing, dns-signals, dns-udp-race, document, edited, egress,
  egress-gateway, error, exact, exhausted, failed, fan-out, file, firewall, firewall-denied, firewall-logs, firewall-snat, flow, flow-log, flow-logs,
  flows, foreign, from, gap, gone, grown, growth, host, idle-timeout, in-part, inbound, ingestion, internal, kernel-counters, kql, kube-system,
  kubernetes, lb, lb-snat-exhaustion, leak, log, log-ids, logs, managed, masquerade, measured, minute-leases, monitoring, most-nodes, namespace,
  nat-gateway, nat-gateway-drops, network, network-logs, new, no, no-flow, node, node-addresses, node-port-exhaustion, none, not-enough-data,
  not-growing, not-in-upgrade, not-passed, note, nowhere, off, ok, other, outbound, outside, own-node, parent-missing, partial, partly, path-loss,
  path-unknown, plan, pod, pod-and-port, pod-port-exhaustion, pod-unknown, policy-denied, port, port-metrics, ports of a node, possible,
  private-endpoint, probable, producer, prometheus, queries, querypack, quiet, rare-destination, rbac, reckoned, records, relayed, renamed, restarted,
  retention, reworded, ruled-in, ruled-out, same, sender-hours, sender-minutes, sent, server, service-endpoint, shrunk, singleton, snat, span,
  span-ports, spans, sure, table, tag, tcp, terminating, terraform, told, trace, traffic-analytics, translations, typed, udp, unattributed, unknown,
  until, upgrade, usage, vnet, warning, watched-leases, who, workload, yes
`);

const OWN = words(`
  Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, Pod, Node, ReplicationController, utc, UTC, local, flow log, flow-aggregate, inventory,
  sighting, event, metric, counters, pods, conntrack, lease, rates, tuple-shared, lease-uncertain, translation-uncertain, conntrack-gap,
  no-translation, windows-node, aggregated, ip-shared, forwarded-inbound, proxy, sidecar, no-lease-then, inventory-gap, node-unknown, not-outbound,
  icmp, sctp, unmasq, load-balancer, flow logs, Azure metrics
`);

export const WORDS: ReadonlySet<string> = new Set([...SAID, ...OWN]);

const MEMBERS = words(`
  accuracy, action, actionGroup, addressCount, addresses, adds, after, against, aheadMs, alerts, allocated, allowed, alone, ambiguous, among,
  answerability, answerable, area, asOf, aspects, assumed, assumes, assumptions, at, atEnd, atLeast, atMost, atMostAt, atNodes, backup, before, began,
  begin, behind, both, brier, by, byName, byNodeHour, byReason, byVerdict, bytes, bytesAfter, bytesBefore, bytesIn, bytesOut, calls, candidateCount,
  candidates, capacity, capacityInUpgrade, capacityOf, capacityToOne, carry, cause, causes, certainty, change, changedAt, changedSince, changes,
  cheapestChange, clients, clock, clockOffsetMs, clockPairs, clockUncertaintyMs, closed, closedAtPeak, cluster, clusters, code, column, columns,
  commands, commitmentGbPerDay, complete, completeness, confidence, connections, containersPerPod, content, correct, cost, costPerMonth, count,
  counted, coverage, critical, currency, data, days, decision, default, demand, depth, derived, dest, destIp, destPort, destinations, diagnostics,
  diff, direction, doc, does, dropped, dryRun, durationMs, earlyDropped, ece, edge, edges, edits, egress, egressGb, egressPath, elsewhere, end,
  endColumn, endLine, ended, engine, entriesAtEnd, evaluation, everyMention, evidence, exact, exactFlows, exactWithoutTruth, examples, exhaustionAt,
  existing, expired, explains, factor, facts, failed, fed, file, files, findings, first, firstSeen, fits, fix, fixes, flow, flowLogGb, flowLogs, flows,
  folder, for, from, gaps, gb, gbPerMonth, gigabytes, gives, goesBy, gone, graded, growth, hash, headroom, heldFrom, heldUntil, hidden, hide, high,
  holders, holdings, hop, horizonMs, hostNetwork, hour, how, hypotheses, id, idFields, idleMinutes, ids, idsArrived, ignored, incomplete, insertFailed,
  interval, inventory, ip, isAtLeast, isBound, isEnough, isKnown, isReckoned, item, items, json, keptMs, key, kind, lacks, largest, largestNode, last,
  lastedMs, lean, learned, leases, leastMs, left, levels, lifeMs, likely, limit, limits, line, lines, loadBalancer, logGb, logLoss, logs, lookedAt,
  lost, low, mac, madeByPod, matched, matters, maximum, mayFrom, mayUntil, meanConfidence, meanMs, measured, message, metadata, minutes, mismatch,
  missing, model, monthly, monthlyChange, most, mostMs, mostNodes, moved, moves, n, name, named, names, namespace, namespaces, natGateway, need,
  needDays, needs, network, neverExact, next, node, nodeHours, nodeIp, nodes, nodesInUpgrade, note, notes, now, object, objects, observedBy, of,
  offsetMs, ok, oldestMs, onlyAfter, onlyBefore, onlyNamespaces, openAtEnd, openAtPeak, openAtStart, opened, opensPerSecond, oracleTop1, origin,
  origins, others, outboundIps, outside, over, p, packetsIn, packetsOut, pairs, parameters, path, paths, pattern, peakAt, peakEntries, peakPorts,
  perConnection, perHour, perSecond, place, plan, pod, podUid, pods, podsPerNode, pooling, port, ports, portsAfter, portsAtEnd, portsAtPeak,
  portsBefore, portsPerNode, possibleFlows, preset, prices, pricesAsOf, pricesRegion, privateEndpoints, probability, probable, problem, propagated,
  protocol, proved, quantity, queries, query, queryPack, question, rank, readers, reason, reasons, records, redundancy, region, rejects, related,
  relayed, relayedFlows, reliability, renamed, reopened, requests, requestsWithId, resource, resourceGroup, rest, restarted, result, retentionDays,
  reuse, right, rightAfter, rightBefore, role, rows, rowsAfter, rowsBefore, rule, ruledOut, said, saidPod, says, scan, schema, schemaVersion, scope,
  score, seen, seenAs, sender, senders, service, services, set, settings, severity, sha256, share, shareIs, shared, side, sightings, silent, skews,
  sku, slice, slices, snatPort, snatPortsUsed, source, sources, spanId, sparedShare, spec, srcIp, srcPort, state, status, stepMs, steps,
  storageAccount, subject, subnet, summary, surelyUsed, surest, surge, table, tables, takenAt, tells, terraform, text, tie, tier, tiers, times, title,
  to, today, told, toldOtherwise, toldUntil, top1, totalDays, traceId, traceIds, traceIdsArrived, traces, trafficAnalytics, translated, translation,
  translations, truth, truthClock, truthPod, truthWithoutFlow, tuple, type, tz, uid, unattributed, uncertaintyMs, uncut, unit, unitPrice, unknown,
  unknownPorts, unlike, unnamed, unpaired, until, untold, url, usage, usd, uses, utilization, verdict, verdicts, version, warning, was, watermark,
  what, where, why, windows, withTruth, withoutNamespaces, workload, workspace, written, wrong
`);

/** What members of answers are called. */
export const PROPERTIES: ReadonlySet<string> = new Set(MEMBERS);

/** Of the store: an error may name one. */
export const TABLES: ReadonlySet<string> = new Set(
  words(`
  azure_resource, clock_offset, conntrack_event, conntrack_teller, cursor, entry_forgotten, entry_reach, flow, flow_aggregate, flow_record, flow_total,
  gap, grade_current, hidden_flow, horizon, inventory_applied, inventory_current, inventory_look, kubernetes_event, log_line, metric_sample,
  name_address, named_call, named_total, node_expired, node_lease, node_seen, number_at, part_here, pod_expired, pod_lease, pod_seen, posterior, probe,
  purge_name, purge_salt, rate, reject, schema_version, sender_hour, sender_minute, settled_hour, settled_minute, settled_pod, sighted_flow, sighting,
  sighting_day, sighting_id, size_class, stretch, verdict_change, window_current, window_reopened, window_touched, write_log
`),
);

/** What an answer may send to. */
export const PAGES: ReadonlySet<string> = new Set(
  words(`
  docs/guide/agent.md, docs/guide/alerts.md, docs/guide/audit.md, docs/guide/azure-metrics.md, docs/guide/blob-storage.md, docs/guide/clickhouse.md,
  docs/guide/collect-conntrack.md, docs/guide/console.md, docs/guide/cost.md, docs/guide/deploy.md, docs/guide/diagnose.md, docs/guide/egress.md,
  docs/guide/generate.md, docs/guide/install.md, docs/guide/keep.md, docs/guide/kql.md, docs/guide/kubernetes.md, docs/guide/log-analytics.md,
  docs/guide/logs.md, docs/guide/map.md, docs/guide/now.md, docs/guide/own-data.md, docs/guide/serve.md, docs/guide/share.md, docs/guide/simulate.md,
  docs/guide/snat-plan.md, docs/guide/snat.md, docs/guide/trace.md, docs/guide/what-evidence-buys.md, docs/reference/agent.md, docs/reference/api.md,
  docs/reference/benchmarks.md, docs/reference/cli.md, docs/reference/cluster-schema.sql, docs/reference/configuration.md, docs/reference/diagnose.md,
  docs/reference/errors.md, docs/reference/faults.md, docs/reference/findings.md, docs/reference/kql-local.md, docs/reference/kql.md,
  docs/reference/local-tables.md, docs/reference/log-findings.md, docs/reference/metrics.md, docs/reference/openapi.json, docs/reference/profile.md,
  docs/reference/rates.md, docs/reference/schemas/audit-finding.schema.json, docs/reference/schemas/audit.schema.json,
  docs/reference/schemas/backup.schema.json, docs/reference/schemas/compaction.schema.json, docs/reference/schemas/compared-side.schema.json,
  docs/reference/schemas/cost-breakdown.schema.json, docs/reference/schemas/cost-difference.schema.json,
  docs/reference/schemas/cost-estimate.schema.json, docs/reference/schemas/diagnosis.schema.json, docs/reference/schemas/doctor.schema.json,
  docs/reference/schemas/evaluation-comparison.schema.json, docs/reference/schemas/evaluation.schema.json, docs/reference/schemas/flow.schema.json,
  docs/reference/schemas/flows.schema.json, docs/reference/schemas/generated.schema.json, docs/reference/schemas/kql-check.schema.json,
  docs/reference/schemas/kql-link.schema.json, docs/reference/schemas/kql-list.schema.json, docs/reference/schemas/kql-local.schema.json,
  docs/reference/schemas/kql-query.schema.json, docs/reference/schemas/kql-run.schema.json, docs/reference/schemas/log-audit.schema.json,
  docs/reference/schemas/map.schema.json, docs/reference/schemas/monitoring-spec.schema.json, docs/reference/schemas/path.schema.json,
  docs/reference/schemas/price-table.schema.json, docs/reference/schemas/propagation.schema.json, docs/reference/schemas/purge.schema.json,
  docs/reference/schemas/snat-advice.schema.json, docs/reference/schemas/snat-conntrack-ledger.schema.json,
  docs/reference/schemas/snat-forecast.schema.json, docs/reference/schemas/snat-ledger.schema.json, docs/reference/schemas/snat-plan.schema.json,
  docs/reference/schemas/snat-pod-ledger.schema.json, docs/reference/schemas/snat-status.schema.json, docs/reference/schemas/sources.schema.json,
  docs/reference/schemas/trace.schema.json, docs/reference/schemas/who-comparison.schema.json, docs/reference/schemas/who.schema.json,
  docs/reference/schemas/why.schema.json, docs/reference/sizing.md, docs/reference/snat-limits.md
`),
);

/** Of other programs, where this one says what to run. */
export const FOREIGN_FLAGS: ReadonlySet<string> = new Set(
  words(`
  -hex, -var, -var-file, --allocation-method, --assignee, --clusterrole, --filter, --help, --ids, --load-balancer-idle-timeout,
  --load-balancer-managed-outbound-ip-count, --load-balancer-outbound-ports, --metric, --name, --nat-gateway-idle-timeout,
  --nat-gateway-managed-outbound-ip-count, --outbound-type, --output-watch-events, --prefix, --profile, --public-ip-addresses, --query, --resource,
  --resource-group, --role, --rule-file, --scope, --serviceaccount, --sku, --tail, --timestamps, --user, --verb, --version, --watch, --workspace-name
`),
);
