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
    -- The last write that this generation has seen.
    write UInt64
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY cluster;

CREATE TABLE flow
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    generation UInt64,
    tuple UInt64,
    begin_ms Int64 CODEC(DoubleDelta, ZSTD(1)),
    last_ms Int64 CODEC(DoubleDelta, ZSTD(1)),
    begun UInt8,
    ended UInt8,
    denied UInt8,
    src_ip IPv6,
    dest_ip IPv6,
    src_port UInt16,
    dest_port UInt16,
    protocol UInt8,
    direction UInt8,
    packets_out UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64, ZSTD(1)),
    packets_in UInt64 CODEC(T64, ZSTD(1)),
    bytes_in UInt64 CODEC(T64, ZSTD(1)),
    rule LowCardinality(String),
    -- 1 flow log, 2 conntrack, 3 both
    observed_by UInt8,
    node LowCardinality(String),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6),
    reason LowCardinality(String),
    -- The pods that are possible, sorted; one when exact. Empty, with a count, when it is every pod of the node.
    pod_uids Array(String),
    or_node UInt8,
    candidates UInt32,
    -- How the verdict was reached: translation, lease
    evidence LowCardinality(String),
    origin_port UInt16
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, shard, hour_ms, dest_ip, dest_port, src_ip, src_port)
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
