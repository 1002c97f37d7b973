-- What was read, as it was read. One insert goes to one partition; rows of facts are never changed.
-- An insert that is acknowledged is on the disk: without fsync a power cut could take it back.

-- How the columns of the three large tables (flow is the third) are packed was measured on a simulated hour. Times and counters keep
-- the bits that they use, side by side (T64 'bit'; small counters pack better byte by byte); ports, which the order sorts, keep their
-- steps (Delta); ZSTD(1) halves what repeats and costs an insert no more than LZ4, the engine's own choice. Higher levels gain 1 %.

-- A record; and the B that came before it, where they came together: it says nothing but when. Half the flows are so one row.
CREATE TABLE flow_record
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    -- Everything that is joined lives on one shard: a hash of the address on our side.
    shard UInt8 CODEC(ZSTD(1)),
    at_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    -- How long before it the B was recorded that is not a row of its own; -1: none.
    begun_ago_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    src_ip IPv6 CODEC(ZSTD(1)),
    dest_ip IPv6 CODEC(ZSTD(1)),
    src_port UInt16 CODEC(Delta, ZSTD(1)),
    dest_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    state UInt8 CODEC(ZSTD(1)),
    packets_out UInt64 CODEC(T64, ZSTD(1)),
    bytes_out UInt64 CODEC(T64('bit'), ZSTD(1)),
    packets_in UInt64 CODEC(T64, ZSTD(1)),
    bytes_in UInt64 CODEC(T64('bit'), ZSTD(1)),
    encryption LowCardinality(String) CODEC(ZSTD(1)),
    rule LowCardinality(String) CODEC(ZSTD(1)),
    mac UInt64 CODEC(T64, ZSTD(1)),
    resource LowCardinality(String) CODEC(ZSTD(1)),
    log UInt8 CODEC(ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    tuple UInt64 ALIAS cityHash64(src_ip, src_port, dest_ip, dest_port, protocol),
    -- When the first of the row's records was made.
    first_ms Int64 ALIAS at_ms - greatest(begun_ago_ms, 0),
    -- What read/sources asks with every `who`; the engine keeps it with each part, so it is never behind.
    PROJECTION told (SELECT cluster, count(), countIf(begun_ago_ms >= 0), min(at_ms - greatest(begun_ago_ms, 0)), max(at_ms) GROUP BY cluster)
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, intDiv(at_ms, 3600000), shard, src_ip, dest_ip, dest_port, src_port, protocol, at_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- A line; and the NEW of the same entry, where they came together.
CREATE TABLE conntrack_event
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    at_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    kind UInt8 CODEC(ZSTD(1)),
    -- How long before this DESTROY the NEW was seen that is not a row of its own; -1: none.
    new_ago_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    orig_src_ip IPv6 CODEC(ZSTD(1)),
    reply_src_ip IPv6 CODEC(ZSTD(1)),
    reply_dest_ip IPv6 CODEC(ZSTD(1)),
    reply_src_port UInt16 CODEC(ZSTD(1)),
    reply_dest_port UInt16 CODEC(Delta, ZSTD(1)),
    -- Where the origin sent to, if it was not what answered; `::` if it was.
    dnat_ip IPv6 CODEC(ZSTD(1)),
    -- How far the origin's ports are from those on the wire, modulo 65536: mostly 0.
    src_port_moved UInt16 CODEC(ZSTD(1)),
    dest_port_moved UInt16 CODEC(ZSTD(1)),
    -- When the entry was made, as the line states it, in whole seconds mostly; 0: it does not.
    started_ms Int64 CODEC(GCD, ZSTD(1)),
    packets_orig UInt64 CODEC(T64, ZSTD(1)),
    bytes_orig UInt64 CODEC(T64('bit'), ZSTD(1)),
    packets_reply UInt64 CODEC(T64, ZSTD(1)),
    bytes_reply UInt64 CODEC(T64('bit'), ZSTD(1)),
    counted UInt8 CODEC(ZSTD(1)),
    unreplied UInt8 CODEC(ZSTD(1)),
    assured UInt8 CODEC(ZSTD(1)),
    forced UInt8 CODEC(ZSTD(1)),
    -- Of a DESTROY, which states none, that of its NEW.
    timeout_s UInt32 CODEC(ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    orig_src_port UInt16 ALIAS toUInt16(reply_dest_port + src_port_moved),
    -- What the wire shows is the reply turned round.
    tuple UInt64 ALIAS cityHash64(reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol),
    first_ms Int64 ALIAS at_ms - greatest(new_ago_ms, 0),
    -- As that of flow_record, by object.
    PROJECTION told
    (
        SELECT cluster, object, count(), countIf(new_ago_ms >= 0), min(at_ms - greatest(new_ago_ms, 0)), max(at_ms)
        GROUP BY cluster, object
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, intDiv(at_ms, 3600000), shard, reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port, protocol, at_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Which object speaks for which address: the node's own conntrack is where its translations are.
CREATE TABLE conntrack_teller
(
    cluster LowCardinality(String),
    object String,
    ip IPv6,
    node String
)
ENGINE = ReplacingMergeTree
ORDER BY (cluster, object, ip, node)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE pod_seen
(
    cluster LowCardinality(String),
    at_ms Int64,
    event LowCardinality(String),
    uid String,
    namespace LowCardinality(String),
    name String,
    node LowCardinality(String),
    ips Array(IPv6),
    host_ips Array(IPv6),
    -- 0 no, 1 yes, 2 the source does not say
    host_network UInt8,
    workload_kind LowCardinality(String),
    workload_name String,
    phase LowCardinality(String),
    terminating UInt8,
    created_ms Int64,
    accepted_ms Int64,
    started_ms Int64,
    finished_ms Int64,
    deletion_asked_ms Int64,
    object LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (cluster, uid, at_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE node_seen
(
    cluster LowCardinality(String),
    at_ms Int64,
    event LowCardinality(String),
    uid String,
    name LowCardinality(String),
    ips Array(IPv6),
    pod_cidr_first Array(IPv6),
    pod_cidr_last Array(IPv6),
    os LowCardinality(String),
    created_ms Int64,
    object LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (cluster, name, at_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE inventory_look
(
    cluster LowCardinality(String),
    kind LowCardinality(String),
    of LowCardinality(String),
    from_ms Int64,
    until_ms Int64,
    object String
)
ENGINE = ReplacingMergeTree
ORDER BY (cluster, of, kind, from_ms, until_ms, object)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE gap
(
    cluster LowCardinality(String),
    source LowCardinality(String),
    node String,
    from_ms Int64,
    until_ms Int64,
    why String,
    object String
)
ENGINE = ReplacingMergeTree
ORDER BY (cluster, source, node, from_ms, until_ms, object)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE log_line
(
    cluster LowCardinality(String),
    at_ms Int64,
    node LowCardinality(String),
    namespace LowCardinality(String),
    pod String,
    pod_uid String,
    container LowCardinality(String),
    stream LowCardinality(String),
    level LowCardinality(String),
    message String,
    object LowCardinality(String)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, namespace, pod, container, stream, at_ms, cityHash64(message))
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE flow_aggregate
(
    cluster LowCardinality(String),
    from_ms Int64,
    until_ms Int64,
    src_ip IPv6,
    dest_ip IPv6,
    dest_port UInt16,
    protocol UInt8,
    direction LowCardinality(String),
    decision LowCardinality(String),
    mac String,
    vm String,
    rule LowCardinality(String),
    flows_started UInt64,
    flows_ended UInt64,
    packets_out UInt64,
    bytes_out UInt64,
    packets_in UInt64,
    bytes_in UInt64,
    object LowCardinality(String)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(from_ms, 'UTC'))
ORDER BY (cluster, src_ip, dest_ip, dest_port, protocol, direction, decision, from_ms, until_ms, mac, rule, flows_started, bytes_out, bytes_in)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE reject
(
    cluster LowCardinality(String),
    format LowCardinality(String),
    object String,
    place String,
    why String,
    text String
)
ENGINE = ReplacingMergeTree
ORDER BY (cluster, format, object, place, why)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Windows that a write touched: a shard's hour. Attribution answers each up to the write's number.
CREATE TABLE window_touched
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    write UInt64
)
ENGINE = ReplacingMergeTree(write)
ORDER BY (cluster, shard, hour_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- One row for each stretch of input that was written: what `sources` counts.
CREATE TABLE write_log
(
    cluster LowCardinality(String),
    write UInt64,
    format LowCardinality(String),
    object String,
    rows UInt64,
    known UInt64
)
ENGINE = MergeTree
ORDER BY (cluster, write)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
