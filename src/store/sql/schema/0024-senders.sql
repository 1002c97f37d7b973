-- Flows of one window that do not differ in who sent them, counted together wherever they went: what asks for senders alone reads some rows of a pod
-- instead of its flows. Written with the flows, of the same generation; kept, replaced and dropped with them.

-- By the minute of the hour that a flow counts in: that of its last record, or, where conntrack alone saw it, of its begin.
CREATE TABLE sender_minute
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    minute UInt8 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    tick UInt16 CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    -- As in `flow`.
    said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    or_node UInt8 CODEC(ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64('bit'), ZSTD(1)),
    bytes_in UInt64 CODEC(T64('bit'), ZSTD(1)),
    -- As in `flow_total`.
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed')
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, minute, said, node, pod_uids)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- By the hour. Of one that is answered by ticks there are minutes alone.
CREATE TABLE sender_hour
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    tick UInt16 CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    or_node UInt8 CODEC(ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64('bit'), ZSTD(1)),
    bytes_in UInt64 CODEC(T64('bit'), ZSTD(1)),
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed'),
    INDEX lasting last_ms TYPE minmax GRANULARITY 1,
    INDEX begun first_begin_ms TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, said, node, pod_uids)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Of flows that were there before.
ALTER TABLE sender_minute DELETE WHERE 1 SETTINGS mutations_sync = 1;

INSERT INTO sender_minute
    (cluster, hour_ms, minute, shard, tick, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    f.cluster, f.hour_ms, intDiv(if(f.observed_by = 2, f.begin_ms, f.last_ms) - f.hour_ms, 60000) AS minute, f.shard, f.tick, f.generation, f.said, f.node, f.pod_uids, f.or_node,
    sum(f.flows), sum(f.bytes_out), sum(f.bytes_in), min(f.begin_ms), max(f.begin_ms), min(f.last_ms), max(f.last_ms)
FROM flow AS f
GROUP BY f.cluster, f.hour_ms, minute, f.shard, f.tick, f.generation, f.said, f.node, f.pod_uids, f.or_node
SETTINGS max_bytes_before_external_group_by = 500000000;

ALTER TABLE sender_hour DELETE WHERE 1 SETTINGS mutations_sync = 1;

INSERT INTO sender_hour
    (cluster, hour_ms, shard, tick, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    s.cluster, s.hour_ms, s.shard, s.tick, s.generation, s.said, s.node, s.pod_uids, s.or_node,
    sum(s.flows), sum(s.bytes_out), sum(s.bytes_in), min(s.first_begin_ms), max(s.last_begin_ms), min(s.first_last_ms), max(s.last_ms)
FROM sender_minute AS s
WHERE s.tick = 0
GROUP BY s.cluster, s.hour_ms, s.shard, s.tick, s.generation, s.said, s.node, s.pod_uids, s.or_node;
