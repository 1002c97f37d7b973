-- What follows from the facts. A window is recomputed whole, as a new generation, and becomes current in one insert into window_current.

CREATE TABLE pod_lease
(
    cluster LowCardinality(String),
    generation UInt64,
    pod_uid String,
    namespace LowCardinality(String),
    pod String,
    workload_kind LowCardinality(String),
    workload_name String,
    node LowCardinality(String),
    ip IPv6,
    host_network UInt8,
    may_from_ms Int64,
    held_from_ms Int64,
    held_until_ms Int64,
    may_until_ms Int64
)
ENGINE = MergeTree
ORDER BY (cluster, generation, ip, may_from_ms);

CREATE TABLE node_lease
(
    cluster LowCardinality(String),
    generation UInt64,
    node_uid String,
    node LowCardinality(String),
    ip IPv6,
    os LowCardinality(String),
    may_from_ms Int64,
    may_until_ms Int64
)
ENGINE = MergeTree
ORDER BY (cluster, generation, ip, may_from_ms);

CREATE TABLE clock_offset
(
    cluster LowCardinality(String),
    generation UInt64,
    -- The address that a node sends from; `::` stands for the cluster as a whole.
    ip IPv6,
    offset_ms Int64,
    uncertainty_ms Int64,
    pairs UInt64
)
ENGINE = MergeTree
ORDER BY (cluster, generation, ip);

-- The generation of leases and clocks that is in force.
CREATE TABLE inventory_current
(
    cluster LowCardinality(String),
    generation UInt64,
    -- The last write that it takes account of.
    write UInt64,
    -- What verdicts rest on beside leases and clocks, as JSON (`inventory-beside.ts`): small, and compared whole.
    beside String
)
ENGINE = ReplacingMergeTree(write)
ORDER BY cluster;

-- Sorted by destination and hour, as people ask. What follows from other columns is not stored: a flow takes a few bytes.
CREATE TABLE flow
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    lasted_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    begun UInt8 CODEC(ZSTD(1)),
    ended UInt8 CODEC(ZSTD(1)),
    denied UInt8 CODEC(ZSTD(1)),
    src_ip IPv6 CODEC(ZSTD(1)),
    dest_ip IPv6 CODEC(ZSTD(1)),
    src_port UInt16 CODEC(Delta, ZSTD(1)),
    dest_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    packets_out UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64('bit'), ZSTD(1)),
    packets_in UInt64 CODEC(T64, ZSTD(1)),
    bytes_in UInt64 CODEC(T64('bit'), ZSTD(1)),
    rule LowCardinality(String) CODEC(ZSTD(1)),
    -- 1 flow log, 2 conntrack, 3 both
    observed_by UInt8 CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    -- Verdict, reason and what it rests on, in one: they follow from each other. The queries of attribution know them by number.
    said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17) CODEC(ZSTD(1)),
    -- The pods that are possible, sorted; one when exact. Empty when it is every pod of the node that there was.
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    or_node UInt8 CODEC(ZSTD(1)),
    -- How far the pod's own port is from the wire's, modulo 65536, where a translation names it: mostly 0.
    src_port_moved UInt16 CODEC(ZSTD(1)),
    pod_port UInt16 ALIAS if(said = 'exact by translation', toUInt16(src_port + src_port_moved), 0),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed'),
    reason String ALIAS if(toInt8(said) <= 3, '', splitByString(' by ', toString(said))[1]),
    -- translation, lease; empty where neither bears on it
    evidence String ALIAS multiIf(said = 'exact by lease', 'lease', toInt8(said) IN (1, 3, 4, 11, 12, 17), 'translation', ''),
    begin_ms Int64 ALIAS last_ms - lasted_ms,
    hour_ms Int64 ALIAS intDiv(if(observed_by = 2, last_ms - lasted_ms, last_ms), 3600000) * 3600000,
    tuple UInt64 ALIAS cityHash64(src_ip, src_port, dest_ip, dest_port, protocol),
    INDEX began last_ms - lasted_ms TYPE minmax GRANULARITY 8
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(last_ms, 'UTC'))
ORDER BY (cluster, dest_ip, intDiv(last_ms, 3600000), dest_port, src_ip, src_port, last_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Flows of one window that do not differ in what `who` tells of them, counted together: a popular destination has a million flows and
-- a few hundred of these. Written with its flows, of the same generation.
CREATE TABLE flow_total
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    dest_ip IPv6 CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    dest_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    -- As in `flow`.
    said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    or_node UInt8 CODEC(ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64('bit'), ZSTD(1)),
    bytes_in UInt64 CODEC(T64('bit'), ZSTD(1)),
    -- The earliest and latest begin of a flow, and the earliest and latest last record.
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed'),
    reason String ALIAS if(toInt8(said) <= 3, '', splitByString(' by ', toString(said))[1])
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, dest_ip, hour_ms, dest_port, said, pod_uids)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE window_current
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    generation UInt64,
    -- The last write that this generation has seen.
    write UInt64
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY (cluster, shard, hour_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
