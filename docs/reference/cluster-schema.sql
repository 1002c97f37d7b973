-- The tables of a store on a cluster named `unmasq`, in the database `unmasq`, as unmasq makes them. Written by UPDATE=1 npm test -- src/store/cluster-schema.

CREATE DATABASE IF NOT EXISTS unmasq_shard ON CLUSTER 'unmasq';

CREATE DATABASE IF NOT EXISTS unmasq ON CLUSTER 'unmasq';

CREATE TABLE IF NOT EXISTS unmasq_shard.schema_version ON CLUSTER 'unmasq' (version UInt32) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/schema_version', '{replica}') ORDER BY version SETTINGS replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS unmasq_shard.part_here ON CLUSTER 'unmasq' (part UInt32, parts UInt32) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/part_here', '{replica}') ORDER BY (part, parts) SETTINGS replicated_deduplication_window = 0;

-- What was read, as it was read. One insert goes to one partition; rows of facts are never changed.
-- An insert that is acknowledged is on the disk: without fsync a power cut could take it back.

-- How the columns of the three large tables (flow is the third) are packed was measured on a simulated hour. Times and counters keep
-- the bits that they use, side by side (T64 'bit'; small counters pack better byte by byte); ports, which the order sorts, keep their
-- steps (Delta); ZSTD(1) halves what repeats and costs an insert no more than LZ4, the engine's own choice. Higher levels gain 1 %.

-- A record; and the B that came before it, where they came together: it says nothing but when. Half the flows are so one row.
CREATE TABLE IF NOT EXISTS unmasq_shard.flow_record ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/flow_record', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, intDiv(at_ms, 3600000), shard, src_ip, dest_ip, dest_port, src_port, protocol, at_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- A line; and the NEW of the same entry, where they came together.
CREATE TABLE IF NOT EXISTS unmasq_shard.conntrack_event ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/conntrack_event', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, intDiv(at_ms, 3600000), shard, reply_dest_ip, reply_src_ip, reply_src_port, reply_dest_port, protocol, at_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Which object speaks for which address: the node's own conntrack is where its translations are.
CREATE TABLE IF NOT EXISTS unmasq_shard.conntrack_teller ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    object String,
    ip IPv6,
    node String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/conntrack_teller', '{replica}')
ORDER BY (cluster, object, ip, node)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.pod_seen ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/pod_seen', '{replica}')
ORDER BY (cluster, uid, at_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.node_seen ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/node_seen', '{replica}')
ORDER BY (cluster, name, at_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.inventory_look ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    kind LowCardinality(String),
    of LowCardinality(String),
    from_ms Int64,
    until_ms Int64,
    object String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/inventory_look', '{replica}')
ORDER BY (cluster, of, kind, from_ms, until_ms, object)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.gap ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    source LowCardinality(String),
    node String,
    from_ms Int64,
    until_ms Int64,
    why String,
    object String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/gap', '{replica}')
ORDER BY (cluster, source, node, from_ms, until_ms, object)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.log_line ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/log_line', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, namespace, pod, container, stream, at_ms, cityHash64(message))
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.flow_aggregate ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/flow_aggregate', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(from_ms, 'UTC'))
ORDER BY (cluster, src_ip, dest_ip, dest_port, protocol, direction, decision, from_ms, until_ms, mac, rule, flows_started, bytes_out, bytes_in)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.reject ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    format LowCardinality(String),
    object String,
    place String,
    why String,
    text String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/reject', '{replica}')
ORDER BY (cluster, format, object, place, why)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Windows that a write touched: a shard's hour. Attribution answers each up to the write's number.
CREATE TABLE IF NOT EXISTS unmasq_shard.window_touched ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    write UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/window_touched', '{replica}', write)
ORDER BY (cluster, shard, hour_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- One row for each stretch of input that was written: what `sources` counts.
CREATE TABLE IF NOT EXISTS unmasq_shard.write_log ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    write UInt64,
    format LowCardinality(String),
    object String,
    rows UInt64,
    known UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/write_log', '{replica}')
ORDER BY (cluster, write)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- What follows from the facts. A window is recomputed whole, as a new generation, and becomes current in one insert into window_current.

CREATE TABLE IF NOT EXISTS unmasq_shard.pod_lease ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/pod_lease', '{replica}')
ORDER BY (cluster, generation, ip, may_from_ms) SETTINGS replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS unmasq_shard.node_lease ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/node_lease', '{replica}')
ORDER BY (cluster, generation, ip, may_from_ms) SETTINGS replicated_deduplication_window = 0;

CREATE TABLE IF NOT EXISTS unmasq_shard.clock_offset ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    -- The address that a node sends from; `::` stands for the cluster as a whole.
    ip IPv6,
    offset_ms Int64,
    uncertainty_ms Int64,
    pairs UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/clock_offset', '{replica}')
ORDER BY (cluster, generation, ip) SETTINGS replicated_deduplication_window = 0;

-- The generation of leases and clocks that is in force.
CREATE TABLE IF NOT EXISTS unmasq_shard.inventory_current ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    -- The last write that it takes account of.
    write UInt64,
    -- What verdicts rest on beside leases and clocks, as JSON (`inventory-beside.ts`): small, and compared whole.
    beside String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/inventory_current', '{replica}', write)
ORDER BY cluster SETTINGS replicated_deduplication_window = 0;

-- Sorted by destination and hour, as people ask. What follows from other columns is not stored: a flow takes a few bytes.
CREATE TABLE IF NOT EXISTS unmasq_shard.flow ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/flow', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(last_ms, 'UTC'))
ORDER BY (cluster, dest_ip, intDiv(last_ms, 3600000), dest_port, src_ip, src_port, last_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Flows of one window that do not differ in what `who` tells of them, counted together: a popular destination has a million flows and
-- a few hundred of these. Written with its flows, of the same generation.
CREATE TABLE IF NOT EXISTS unmasq_shard.flow_total ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/flow_total', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, dest_ip, hour_ms, dest_port, said, pod_uids)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.window_current ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    generation UInt64,
    -- The last write that this generation has seen.
    write UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/window_current', '{replica}', generation)
ORDER BY (cluster, shard, hour_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- What the rates say of flows that no translation explains: graded by days, each day whole, as a new generation that becomes current in
-- one insert into grade_current. A flow finds its posterior by its node's cell at its time (stretch), and the kind of request that its sizes
-- are of (size_class): read/graded.sql.

-- From when a node is in which cell, on the node's own clock.
CREATE TABLE IF NOT EXISTS unmasq_shard.stretch ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    node LowCardinality(String),
    from_ms Int64,
    cell UInt32
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/stretch', '{replica}')
ORDER BY (cluster, generation, node, from_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Kinds of requests to a destination: a normal distribution in the logarithm of each size. `constant` is what does not depend on the flow.
CREATE TABLE IF NOT EXISTS unmasq_shard.size_class ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    dest_ip IPv6,
    dest_port UInt16,
    protocol UInt8,
    class UInt8,
    constant Float64,
    weight Float64,
    mean Array(Float32),
    variance Array(Float32)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/size_class', '{replica}')
ORDER BY (cluster, generation, dest_ip, dest_port, protocol, class)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who a flow from a cell is from, most probable first. Nearly impossible ones are left out; what is here sums to 1.
CREATE TABLE IF NOT EXISTS unmasq_shard.posterior ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    dest_ip IPv6 CODEC(ZSTD(1)),
    dest_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    class UInt8 CODEC(ZSTD(1)),
    cell UInt32 CODEC(Delta, ZSTD(1)),
    -- 0: none is sure enough. 1: the first pod's workload is. 2: the node itself is.
    sure UInt8 CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    probabilities Array(Float32) CODEC(ZSTD(1)),
    -- Of the node itself.
    node_probability Float32 CODEC(ZSTD(1)),
    -- Of the first pod's workload, all of its pods together.
    workload_probability Float32 CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/posterior', '{replica}')
ORDER BY (cluster, dest_ip, dest_port, protocol, generation, class, cell)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- What a day taught of a sender's rate towards a destination: the next day begins with it.
CREATE TABLE IF NOT EXISTS unmasq_shard.rate ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    dest_ip IPv6,
    dest_port UInt16,
    protocol UInt8,
    class UInt8,
    -- `namespace/kind/name` of a workload, or the name of a node.
    sender LowCardinality(String),
    flows Float64,
    seconds Float64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/rate', '{replica}')
ORDER BY (cluster, generation, dest_ip, dest_port, protocol, class, sender)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who a flow is from of which an application told: as in `posterior`, for one flow.
CREATE TABLE IF NOT EXISTS unmasq_shard.sighted_flow ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    dest_ip IPv6 CODEC(ZSTD(1)),
    tuple UInt64 CODEC(NONE),
    begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    sure UInt8 CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    probabilities Array(Float32) CODEC(ZSTD(1)),
    node_probability Float32 CODEC(ZSTD(1)),
    workload_probability Float32 CODEC(ZSTD(1)),
    -- Sightings that may be of this flow, and how many of them tell its port.
    sightings UInt32 CODEC(ZSTD(1)),
    by_port UInt32 CODEC(ZSTD(1)),
    -- What the rates alone say of the pod that was sighted: what the sightings were weighed against.
    before Float32 CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sighted_flow', '{replica}')
ORDER BY (cluster, dest_ip, generation, tuple, begin_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- How right the rates were on flows whose translation was hidden from them.
CREATE TABLE IF NOT EXISTS unmasq_shard.hidden_flow ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    slice LowCardinality(String),
    -- The tenth of the confidence, 0 to 9.
    bin UInt8,
    flows UInt64,
    confidence Float64,
    right UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/hidden_flow', '{replica}')
ORDER BY (cluster, generation, slice, bin)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.grade_current ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    day_ms Int64,
    generation UInt64,
    -- What it rests on: a hash of the verdicts' generations, the inventory of the day, and the grades of the day before.
    basis String,
    -- How much surer than the samples the probabilities are stated.
    sharpness Float64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/grade_current', '{replica}', generation)
ORDER BY (cluster, day_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- What applications told of their calls. Sorted as attribution asks: an hour's calls to a destination. Those of one request are found
-- through sighting_id.

CREATE TABLE IF NOT EXISTS unmasq_shard.sighting ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    kind Enum8('client' = 1, 'server' = 2, 'producer' = 3, 'consumer' = 4, 'internal' = 5, 'log' = 6, 'network' = 7),
    begin_ms Int64 CODEC(Delta, ZSTD(1)),
    -- Beyond the millisecond.
    begin_ns UInt32,
    until_ms Int64 CODEC(Delta, ZSTD(1)),
    pod_uid LowCardinality(String),
    namespace LowCardinality(String),
    pod LowCardinality(String),
    node LowCardinality(String),
    -- Addresses that were not told are `::`, ports 0.
    pod_ip IPv6,
    container LowCardinality(String),
    service LowCardinality(String),
    dest_ip IPv6,
    dest_port UInt16,
    dest_host LowCardinality(String),
    protocol UInt8,
    local_ip IPv6,
    local_port UInt16,
    client_ip IPv6,
    client_port UInt16,
    trace_id String CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)),
    parent_span_id String CODEC(ZSTD(1)),
    ids Array(String) CODEC(ZSTD(1)),
    text String CODEC(ZSTD(1)),
    status LowCardinality(String),
    result LowCardinality(String),
    -- Chance of having been recorded; 0: not told.
    probability Float64,
    redirected UInt8,
    times UInt32,
    format LowCardinality(String),
    object LowCardinality(String),
    -- A hash of all that it says: the same line of two files is one sighting.
    identity UInt64 CODEC(NONE),
    PROJECTION told (SELECT cluster, format, count(), min(begin_ms), max(begin_ms) GROUP BY cluster, format)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sighting', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC'))
ORDER BY (cluster, intDiv(begin_ms, 3600000), dest_ip, dest_port, node, pod, begin_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Which sightings carry an id: a row for each trace id and correlation id of each. Written before them, so that none is there unfound.
CREATE TABLE IF NOT EXISTS unmasq_shard.sighting_id ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    id String CODEC(ZSTD(1)),
    begin_ms Int64 CODEC(ZSTD(1)),
    identity UInt64 CODEC(NONE)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sighting_id', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(begin_ms, 'UTC'))
ORDER BY (cluster, id, begin_ms, identity)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- What late evidence changed. A window is answered anew as a generation of its own (window_current); where it had an answer before, the
-- two are compared. Both tables are written before the new generation comes into force, so a killed pass leaves rows that never did:
-- of all that replaced one answer the newest row of window_reopened counts, once its generation is in force (read/reopened.sql).

-- A window whose answer changed, or that a killed pass said so of.
CREATE TABLE IF NOT EXISTS unmasq_shard.window_reopened ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    shard UInt8,
    hour_ms Int64,
    -- The generation of the answer that was replaced.
    before UInt64,
    generation UInt64,
    -- When, by the clock of who wrote it.
    at_ms Int64,
    -- Flows of the answer before: those that moved, those that are no more, and the rest, of which the same is said.
    flows UInt64,
    moved UInt64,
    gone UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/window_reopened', '{replica}', generation)
ORDER BY (cluster, shard, hour_ms, before)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- A flow of which something else is said than before: another verdict, or another pod.
CREATE TABLE IF NOT EXISTS unmasq_shard.verdict_change ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(Delta, ZSTD(1)),
    before UInt64 CODEC(T64, ZSTD(1)),
    -- The flow as it is now.
    tuple UInt64 CODEC(NONE),
    begin_ms Int64 CODEC(Delta, ZSTD(1)),
    verdict_before LowCardinality(String) CODEC(ZSTD(1)),
    reason_before LowCardinality(String) CODEC(ZSTD(1)),
    -- The pod that the verdict named; empty where it named none.
    uid_before LowCardinality(String) CODEC(ZSTD(1)),
    verdict_after LowCardinality(String) CODEC(ZSTD(1)),
    reason_after LowCardinality(String) CODEC(ZSTD(1)),
    uid_after LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/verdict_change', '{replica}')
ORDER BY (cluster, generation, shard, hour_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Flows that a relay of the cluster sent: like exact ones they name a pod, which only forwarded.

ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' MODIFY COLUMN said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1));

ALTER TABLE unmasq_shard.flow_total ON CLUSTER 'unmasq' MODIFY COLUMN said Enum8(
        'exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4,
        'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8,
        'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12,
        'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17,
        'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21,
        'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25) CODEC(ZSTD(1));

ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' MODIFY COLUMN verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed');

ALTER TABLE unmasq_shard.flow_total ON CLUSTER 'unmasq' MODIFY COLUMN verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)
        ALIAS multiIf(toInt8(said) <= 2, 'exact', toInt8(said) = 3, 'node', toInt8(said) = 4 OR toInt8(said) >= 18, 'relayed', toInt8(said) <= 12, 'ambiguous', 'unattributed');

ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' MODIFY COLUMN pod_port UInt16
        ALIAS if(toInt8(said) IN (1, 18, 20, 22, 24), toUInt16(src_port + src_port_moved), 0);

-- translation, lease; empty where neither bears on it
ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' MODIFY COLUMN evidence String
        ALIAS multiIf(toInt8(said) IN (2, 19, 21, 23, 25), 'lease', toInt8(said) IN (1, 3, 4, 11, 12, 17, 18, 20, 22, 24), 'translation', '');

-- What Traffic Analytics sums up becomes rows of `flow`, each of which stands for many flows.

-- How many flows a row stands for.
ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS flows UInt32 DEFAULT 1 CODEC(ZSTD(1));

-- `observed_by` 4: Traffic Analytics. It tells no source port: nothing can be said of translations.
ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' MODIFY COLUMN reason String
        ALIAS multiIf(toInt8(said) <= 3, '', observed_by = 4 AND said = 'no-translation', 'aggregated', splitByString(' by ', toString(said))[1]);

ALTER TABLE unmasq_shard.flow_aggregate ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS shard UInt8 MATERIALIZED -- The shard of a row with `src_ip` and `dest_ip`: a hash of the address on our side (`host-side.ts`).
toUInt8(cityHash64(if(
    arrayExists((a, b) -> dest_ip BETWEEN toIPv6(a) AND toIPv6(b),
        ['::ffff:10.0.0.0', '::ffff:172.16.0.0', '::ffff:192.168.0.0', '::ffff:100.64.0.0', '::ffff:169.254.0.0', 'fc00::', 'fe80::'],
        ['::ffff:10.255.255.255', '::ffff:172.31.255.255', '::ffff:192.168.255.255', '::ffff:100.127.255.255', '::ffff:169.254.255.255',
            'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])
    AND NOT arrayExists((a, b) -> src_ip BETWEEN toIPv6(a) AND toIPv6(b),
        ['::ffff:10.0.0.0', '::ffff:172.16.0.0', '::ffff:192.168.0.0', '::ffff:100.64.0.0', '::ffff:169.254.0.0', 'fc00::', 'fe80::'],
        ['::ffff:10.255.255.255', '::ffff:172.31.255.255', '::ffff:192.168.255.255', '::ffff:100.127.255.255', '::ffff:169.254.255.255',
            'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff']),
    dest_ip, src_ip)) % 256);

-- On one server of each shard:
-- Those that were read before verdicts were given on them.
INSERT INTO window_touched (cluster, shard, hour_ms, write)
SELECT DISTINCT cluster, shard, intDiv(until_ms, 3600000) * 3600000 AS hour_ms,
    (SELECT greatest((SELECT max(write) FROM write_log), (SELECT max(write) FROM window_touched), (SELECT max(generation) FROM window_current)) + 1) AS write
FROM flow_aggregate;

-- Sightings that tell of their destination no more than its name.

-- The addresses of a name in a day, and how they are known: 1: other sightings tell both. 2: learned, from the flows that come with its calls.
CREATE TABLE IF NOT EXISTS unmasq_shard.name_address ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    host LowCardinality(String),
    port UInt16,
    dest_ip IPv6,
    -- Of the calls to the name those to this address, and those to none that is known.
    share Float64,
    elsewhere Float64,
    how UInt8
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/name_address', '{replica}')
ORDER BY (cluster, generation, host, port, dest_ip)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- How probable it is that a call went to an address of the name that it told.
CREATE TABLE IF NOT EXISTS unmasq_shard.named_call ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    sighting UInt64 CODEC(NONE),
    dest_ip IPv6 CODEC(ZSTD(1)),
    chance Float64 CODEC(ZSTD(1)),
    how UInt8 CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/named_call', '{replica}')
ORDER BY (cluster, generation, sighting, dest_ip)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Calls that told a name alone: those of which an address is known, and how, and those that count nowhere.
CREATE TABLE IF NOT EXISTS unmasq_shard.named_total ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    generation UInt64,
    format LowCardinality(String),
    told UInt64,
    learned UInt64,
    unknown UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/named_total', '{replica}')
ORDER BY (cluster, generation, format)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Of the sightings of a flow those that told a name alone, and those of them whose address was learned.
ALTER TABLE unmasq_shard.sighted_flow ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS by_name UInt32 DEFAULT 0 CODEC(ZSTD(1));

ALTER TABLE unmasq_shard.sighted_flow ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS by_learned UInt32 DEFAULT 0 CODEC(ZSTD(1));

-- One row that shows whether the store can be written and read.
CREATE TABLE IF NOT EXISTS unmasq_shard.probe ON CLUSTER 'unmasq' (one UInt8, at UInt64) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/probe', '{replica}', at) ORDER BY one SETTINGS replicated_deduplication_window = 0;

-- Up to where an object of a remote source was read. It is here and not beside the store so that a copy of the store has no cursor without
-- its rows. Of several rows the last that was inserted counts; an older one costs a second reading, and nothing else.
CREATE TABLE IF NOT EXISTS unmasq_shard.cursor ON CLUSTER 'unmasq' (
    cluster LowCardinality(String),
    -- The place that was read, such as the URL of a container.
    source LowCardinality(String),
    object String CODEC(ZSTD(3)),
    -- The beginning of the hour that the object tells of.
    at_ms Int64,
    position String CODEC(ZSTD(3))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/cursor', '{replica}')
PARTITION BY toYYYYMM(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, source, at_ms, object) SETTINGS replicated_deduplication_window = 0;

-- Which recording a line is of. What two nodes saw of an untranslated connection, in one millisecond, are two lines; of a copy it is one.
ALTER TABLE unmasq_shard.conntrack_event ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS recording UInt64 CODEC(ZSTD(1));

-- Platform metrics of Azure: ports of load balancers by backend, connections of NAT gateways. The last minutes are revised for a while: of what
-- is told twice that counts which was asked for last.
CREATE TABLE IF NOT EXISTS unmasq_shard.metric_sample ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    -- The id of the Azure resource, lower case.
    resource LowCardinality(String) CODEC(ZSTD(1)),
    metric LowCardinality(String) CODEC(ZSTD(1)),
    -- average, minimum, maximum, total or count of the interval.
    aggregation LowCardinality(String) CODEC(ZSTD(1)),
    -- `backendipaddress=10.224.0.4`, sorted; names in lower case.
    dimensions Array(LowCardinality(String)) CODEC(ZSTD(1)),
    -- The interval begins then; 0: how long it is is not told.
    at_ms Int64 CODEC(Delta, ZSTD(1)),
    interval_ms Int64 CODEC(ZSTD(1)),
    value Float64 CODEC(ZSTD(1)),
    -- Up to when was asked, which is about when; 0: not told.
    told_ms Int64 CODEC(T64, ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/metric_sample', '{replica}', told_ms)
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(at_ms, 'UTC'))
ORDER BY (cluster, resource, metric, aggregation, dimensions, at_ms, interval_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- A firewall's log is told of apart from the flow log. A part that was written before is read until it is merged.
ALTER TABLE unmasq_shard.flow_record ON CLUSTER 'unmasq' DROP PROJECTION IF EXISTS told;

ALTER TABLE unmasq_shard.flow_record ON CLUSTER 'unmasq' ADD PROJECTION IF NOT EXISTS told_of_logs
(SELECT cluster, log, count(), countIf(begun_ago_ms >= 0), min(at_ms - greatest(begun_ago_ms, 0)), max(at_ms) GROUP BY cluster, log);

-- From when on each kind of facts is kept. Moved before anything is dropped and never back; `… dropped` is how far the dropping came.
CREATE TABLE IF NOT EXISTS unmasq_shard.horizon ON CLUSTER 'unmasq' (kind LowCardinality(String), from_ms Int64)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/horizon', '{replica}', from_ms) ORDER BY kind
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- The newest number of a write or generation at a time: what has no time of its own is dropped by its number.
CREATE TABLE IF NOT EXISTS unmasq_shard.number_at ON CLUSTER 'unmasq' (at_ms Int64, number UInt64)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/number_at', '{replica}') ORDER BY at_ms
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Rows of pod_seen and node_seen that are being dropped, and what will be left of the inventory. A statement that deletes them may be killed, and go on when the engine is opened again.
CREATE TABLE IF NOT EXISTS unmasq_shard.pod_expired ON CLUSTER 'unmasq' (cluster LowCardinality(String), uid String, at_ms Int64, object String)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/pod_expired', '{replica}') ORDER BY (cluster, uid, at_ms, object)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.node_expired ON CLUSTER 'unmasq' (cluster LowCardinality(String), uid String, at_ms Int64, object String)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/node_expired', '{replica}') ORDER BY (cluster, uid, at_ms, object)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE VIEW unmasq_shard.pod_kept ON CLUSTER 'unmasq' AS
SELECT * FROM unmasq_shard.pod_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM unmasq_shard.pod_expired);

CREATE OR REPLACE VIEW unmasq_shard.node_kept ON CLUSTER 'unmasq' AS
SELECT * FROM unmasq_shard.node_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM unmasq_shard.node_expired);

CREATE OR REPLACE VIEW unmasq_shard.look_kept ON CLUSTER 'unmasq' AS
SELECT * FROM unmasq_shard.inventory_look WHERE until_ms >= (SELECT max(from_ms) FROM unmasq_shard.horizon WHERE kind = 'records');

ALTER TABLE unmasq_shard.reject ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS write UInt64 DEFAULT 0;

-- What Azure's own documents tell of how packets leave a cluster. Of two of one resource that counts which was written later; there is no time in them.
CREATE TABLE IF NOT EXISTS unmasq_shard.azure_resource ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    type LowCardinality(String) CODEC(ZSTD(1)),
    -- Lower case; of a service tag its name.
    id String CODEC(ZSTD(1)),
    -- What is used of it, as JSON: core/egress/azure-resource.ts.
    told String CODEC(ZSTD(3)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    write UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/azure_resource', '{replica}', write) ORDER BY (cluster, type, id)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- 0: not told.
ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS lingered UInt16 DEFAULT 0 CODEC(ZSTD(1));

-- What Kubernetes says of pods, nodes and the rest. An event that happens again is told again under its own name: of two that counts which was
-- written later, and only what tells of more is written.
CREATE TABLE IF NOT EXISTS unmasq_shard.kubernetes_event ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    -- The uid; of sources that do not tell it, what the event is about.
    identity String CODEC(ZSTD(1)),
    uid String CODEC(ZSTD(1)),
    reason LowCardinality(String) CODEC(ZSTD(1)),
    type LowCardinality(String) CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    namespace LowCardinality(String) CODEC(ZSTD(1)),
    name String CODEC(ZSTD(1)),
    -- Empty where the source does not tell.
    node LowCardinality(String) CODEC(ZSTD(1)),
    message String CODEC(ZSTD(1)),
    count UInt32 CODEC(ZSTD(1)),
    first_ms Int64 CODEC(Delta, ZSTD(1)),
    last_ms Int64 CODEC(Delta, ZSTD(1)),
    component LowCardinality(String) CODEC(ZSTD(1)),
    object LowCardinality(String) CODEC(ZSTD(1)),
    write UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/kubernetes_event', '{replica}', write) ORDER BY (cluster, identity)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- When an entry was made, as its line states it, is mostly the second of its NEW, which rides on the same row. So what is kept is whether a line states it,
-- and how long before that second it was: nothing, mostly. Rows of before have the time itself in `started_ms`, which is 0 from now on.
ALTER TABLE unmasq_shard.conntrack_event ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS started_told UInt8 DEFAULT 0 CODEC(ZSTD(1));

ALTER TABLE unmasq_shard.conntrack_event ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS started_before_ms Int64 DEFAULT 0 CODEC(Delta, ZSTD(1));

ALTER TABLE unmasq_shard.conntrack_event ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS
    made_ms Int64 ALIAS if(started_told = 1, intDiv(at_ms - greatest(new_ago_ms, 0), 1000) * 1000 - started_before_ms, started_ms);

-- An hour that is still being told is answered by ticks of five seconds, so that a pass does not answer all of it anew: `tick` is one more than the
-- ticks of the hour before it; 0: the hour as a whole. When the hour is over its ticks are brought together (attribution/join-flows.sql).
ALTER TABLE unmasq_shard.window_touched ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, tick);

ALTER TABLE unmasq_shard.window_current ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, tick);

ALTER TABLE unmasq_shard.window_reopened ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 AFTER hour_ms, MODIFY ORDER BY (cluster, shard, hour_ms, before, tick);

ALTER TABLE unmasq_shard.verdict_change ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER hour_ms;

ALTER TABLE unmasq_shard.flow ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER shard;

ALTER TABLE unmasq_shard.flow_total ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS tick UInt16 CODEC(ZSTD(1)) AFTER hour_ms;

-- How far back the lines of a tuple bear on what is told of it now, by who tells them. A line that says begin and end bears on the time between, and
-- is not here; of the others: the first of them, the first that says when its entry was made (the greatest number: none does), the last that leaves an
-- entry open (and one: in one millisecond an entry goes before another is there), and the last by which one went. `teller`: as in
-- conntrack-event-stage.sql. Lines of which the facts know nothing may be told here, as they are said before: they cost a look in vain.
CREATE TABLE IF NOT EXISTS unmasq_shard.entry_reach ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    shard UInt8,
    tuple UInt64,
    teller UInt64,
    first_ms SimpleAggregateFunction(min, Int64),
    made_ms SimpleAggregateFunction(min, Int64),
    told_ms SimpleAggregateFunction(max, Int64),
    gone_ms SimpleAggregateFunction(max, Int64)
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/entry_reach', '{replica}')
ORDER BY (cluster, shard, tuple, teller)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Of tuples whose entries were gone before, the table says nothing any more.
CREATE TABLE IF NOT EXISTS unmasq_shard.entry_forgotten ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    until_ms SimpleAggregateFunction(max, Int64)
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/entry_forgotten', '{replica}')
ORDER BY cluster
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- On one server of each shard:
INSERT INTO entry_reach (cluster, shard, tuple, teller, first_ms, made_ms, told_ms, gone_ms)
SELECT cluster, shard, tuple, if(orig_src_ip = reply_dest_ip, recording, 0), at_ms,
    multiIf(kind = 0, at_ms, made_ms > 0, made_ms, 9223372036854775807), if(kind = 2, 0, at_ms + 1), if(kind = 2, at_ms, 0)
FROM conntrack_event
WHERE new_ago_ms < 0;

-- The last write that the clocks in force take account of: a server that is told of something all the time measures them less often than it passes.
ALTER TABLE unmasq_shard.inventory_current ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS clocks_write UInt64 DEFAULT write AFTER write;

-- The last write of sightings that bear on the flows of a day. Verdicts rest on none; how the rest is graded does.
CREATE TABLE IF NOT EXISTS unmasq_shard.sighting_day ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    day_ms Int64,
    write SimpleAggregateFunction(max, UInt64)
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sighting_day', '{replica}')
ORDER BY (cluster, day_ms)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- A purge that is under way: what goes, and what takes its place. Statements that delete name nothing by itself, they ask here: the engine keeps their text. Empty
-- but while one is under way; one that was confirmed (`go`) is brought to its end when the store is opened again.
CREATE TABLE IF NOT EXISTS unmasq_shard.purge_name ON CLUSTER 'unmasq'
(
    cluster String,
    -- go; uid, namespace, pod: whose facts go; renamed uid, renamed namespace, renamed pod, renamed workload; word, pattern: what names them in texts.
    what String,
    name String,
    token String
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/purge_name', '{replica}') ORDER BY (cluster, what, name)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- With what the uids of purged pods were hashed: of one that is read again nothing comes back.
CREATE TABLE IF NOT EXISTS unmasq_shard.purge_salt ON CLUSTER 'unmasq' (salt String)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/purge_salt', '{replica}') ORDER BY salt
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Flows of one window that do not differ in who sent them, counted together wherever they went: what asks for senders alone reads some rows of a pod
-- instead of its flows. Written with the flows, of the same generation; kept, replaced and dropped with them.

-- By the minute of the hour that a flow counts in: that of its last record, or, where conntrack alone saw it, of its begin.
CREATE TABLE IF NOT EXISTS unmasq_shard.sender_minute ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sender_minute', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, minute, said, node, pod_uids)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- By the hour. Of one that is answered by ticks there are minutes alone.
CREATE TABLE IF NOT EXISTS unmasq_shard.sender_hour ON CLUSTER 'unmasq'
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
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/sender_hour', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, said, node, pod_uids)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Of flows that were there before.
ALTER TABLE unmasq_shard.sender_minute ON CLUSTER 'unmasq' DELETE WHERE 1 SETTINGS mutations_sync = 1;

-- On one server of each shard:
INSERT INTO sender_minute
    (cluster, hour_ms, minute, shard, tick, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    f.cluster, f.hour_ms, intDiv(if(f.observed_by = 2, f.begin_ms, f.last_ms) - f.hour_ms, 60000) AS minute, f.shard, f.tick, f.generation, f.said, f.node, f.pod_uids, f.or_node,
    sum(f.flows), sum(f.bytes_out), sum(f.bytes_in), min(f.begin_ms), max(f.begin_ms), min(f.last_ms), max(f.last_ms)
FROM flow AS f
GROUP BY f.cluster, f.hour_ms, minute, f.shard, f.tick, f.generation, f.said, f.node, f.pod_uids, f.or_node
SETTINGS max_bytes_before_external_group_by = 500000000;

ALTER TABLE unmasq_shard.sender_hour ON CLUSTER 'unmasq' DELETE WHERE 1 SETTINGS mutations_sync = 1;

-- On one server of each shard:
INSERT INTO sender_hour
    (cluster, hour_ms, shard, tick, generation, said, node, pod_uids, or_node,
    flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms)
SELECT
    s.cluster, s.hour_ms, s.shard, s.tick, s.generation, s.said, s.node, s.pod_uids, s.or_node,
    sum(s.flows), sum(s.bytes_out), sum(s.bytes_in), min(s.first_begin_ms), max(s.last_begin_ms), min(s.first_last_ms), max(s.last_ms)
FROM sender_minute AS s
WHERE s.tick = 0
GROUP BY s.cluster, s.hour_ms, s.shard, s.tick, s.generation, s.said, s.node, s.pod_uids, s.or_node;

-- What senders sent by flows that are no longer kept (docs/decisions/0060): as the flows said it when they went. Nothing answers it anew. A row counts in the hour and the minute
-- in which its flows had their last record, so what ended on one day is one partition. Of each sender there is the verdict as the rates had it by then.

CREATE TABLE IF NOT EXISTS unmasq_shard.settled_minute ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    minute UInt8 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    -- The one that sent, or its workload where that is probable; empty where no one pod is named.
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    -- Of what was summed up there are parts.
    flows Float64 CODEC(ZSTD(1)),
    bytes_out Float64 CODEC(ZSTD(1)),
    bytes_in Float64 CODEC(ZSTD(1)),
    -- As in `flow_total`.
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/settled_minute', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, minute, verdict, node, pod_uids)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS unmasq_shard.settled_hour ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    hour_ms Int64 CODEC(ZSTD(1)),
    shard UInt8 CODEC(ZSTD(1)),
    verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    pod_uids Array(LowCardinality(String)) CODEC(ZSTD(1)),
    flows Float64 CODEC(ZSTD(1)),
    bytes_out Float64 CODEC(ZSTD(1)),
    bytes_in Float64 CODEC(ZSTD(1)),
    first_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_begin_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    first_last_ms Int64 CODEC(T64('bit'), ZSTD(1)),
    last_ms Int64 CODEC(T64('bit'), ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/unmasq_shard/settled_hour', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(hour_ms, 'UTC'))
ORDER BY (cluster, hour_ms, verdict, node, pod_uids)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who the pods were that these name: the inventory forgets them sooner. `until_ms`: up to when it may have been there.
CREATE TABLE IF NOT EXISTS unmasq_shard.settled_pod ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    pod_uid String,
    namespace LowCardinality(String),
    pod String,
    workload_kind LowCardinality(String),
    workload_name String,
    until_ms Int64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/settled_pod', '{replica}', until_ms)
ORDER BY (cluster, pod_uid)
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- Each part of the store has an owner of its own, who numbers what is written there.

-- What the generation in force has seen of what was written (inventory/written-so-far.sql), and what its clocks have.
ALTER TABLE unmasq_shard.inventory_current ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS seen String AFTER clocks_write;

ALTER TABLE unmasq_shard.inventory_current ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS clocks_seen String AFTER seen;

-- The inventory that the verdicts of this part rest on: what changed since touches its windows (inventory-generation.ts). Each part has its own rows.
CREATE TABLE IF NOT EXISTS unmasq_shard.inventory_applied ON CLUSTER 'unmasq'
(
    cluster LowCardinality(String),
    -- Of the part, as those of writes.
    number UInt64,
    generation UInt64,
    beside String,
    -- 1: each pass worked the inventory out anew before. Else verdicts may know less than was written before them.
    in_step UInt8
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/unmasq_shard/inventory_applied', '{replica}', number)
ORDER BY cluster
SETTINGS replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1;

-- On one server of each shard:
INSERT INTO inventory_applied (cluster, number, generation, beside, in_step)
SELECT c.cluster, 0, argMax(c.generation, (c.generation, c.write)), argMax(c.beside, (c.generation, c.write)), 1
FROM inventory_current AS c
GROUP BY c.cluster;

-- From the first to the last that was told of the pod, which a purge of a time goes by: the inventory forgets it sooner. Of rows of before only their end is known.
ALTER TABLE unmasq_shard.settled_pod ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS known_from_ms Int64 DEFAULT until_ms;

ALTER TABLE unmasq_shard.settled_pod ON CLUSTER 'unmasq' ADD COLUMN IF NOT EXISTS known_until_ms Int64 DEFAULT until_ms;

CREATE OR REPLACE TABLE unmasq.flow_record ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, at_ms Int64, begun_ago_ms Int64, src_ip IPv6, dest_ip IPv6, src_port UInt16, dest_port UInt16, protocol UInt8, direction UInt8, state UInt8, packets_out UInt64, bytes_out UInt64, packets_in UInt64, bytes_in UInt64, encryption LowCardinality(String), rule LowCardinality(String), mac UInt64, resource LowCardinality(String), log UInt8, object LowCardinality(String), tuple UInt64, first_ms Int64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'flow_record', shard);

CREATE OR REPLACE TABLE unmasq.conntrack_event ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, at_ms Int64, kind UInt8, new_ago_ms Int64, protocol UInt8, orig_src_ip IPv6, reply_src_ip IPv6, reply_dest_ip IPv6, reply_src_port UInt16, reply_dest_port UInt16, dnat_ip IPv6, src_port_moved UInt16, dest_port_moved UInt16, started_ms Int64, packets_orig UInt64, bytes_orig UInt64, packets_reply UInt64, bytes_reply UInt64, counted UInt8, unreplied UInt8, assured UInt8, forced UInt8, timeout_s UInt32, object LowCardinality(String), node LowCardinality(String), orig_src_port UInt16, tuple UInt64, first_ms Int64, recording UInt64, started_told UInt8, started_before_ms Int64, made_ms Int64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'conntrack_event', shard);

CREATE OR REPLACE TABLE unmasq.conntrack_teller ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'conntrack_teller');

CREATE OR REPLACE TABLE unmasq.pod_seen ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'pod_seen');

CREATE OR REPLACE TABLE unmasq.node_seen ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'node_seen');

CREATE OR REPLACE TABLE unmasq.inventory_look ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'inventory_look');

CREATE OR REPLACE TABLE unmasq.gap ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'gap');

CREATE OR REPLACE TABLE unmasq.log_line ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'log_line');

CREATE OR REPLACE TABLE unmasq.flow_aggregate ON CLUSTER 'unmasq' (cluster LowCardinality(String), from_ms Int64, until_ms Int64, src_ip IPv6, dest_ip IPv6, dest_port UInt16, protocol UInt8, direction LowCardinality(String), decision LowCardinality(String), mac String, vm String, rule LowCardinality(String), flows_started UInt64, flows_ended UInt64, packets_out UInt64, bytes_out UInt64, packets_in UInt64, bytes_in UInt64, object LowCardinality(String), shard UInt8) ENGINE = Distributed('unmasq', 'unmasq_shard', 'flow_aggregate', shard);

CREATE OR REPLACE TABLE unmasq.reject ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'reject');

CREATE OR REPLACE TABLE unmasq.window_touched ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, hour_ms Int64, tick UInt16, write UInt64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'window_touched', shard);

CREATE OR REPLACE TABLE unmasq.write_log ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'write_log');

CREATE OR REPLACE TABLE unmasq.pod_lease ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'pod_lease');

CREATE OR REPLACE TABLE unmasq.node_lease ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'node_lease');

CREATE OR REPLACE TABLE unmasq.clock_offset ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'clock_offset');

CREATE OR REPLACE TABLE unmasq.inventory_current ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'inventory_current');

CREATE OR REPLACE TABLE unmasq.flow ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, tick UInt16, generation UInt64, last_ms Int64, lasted_ms Int64, begun UInt8, ended UInt8, denied UInt8, src_ip IPv6, dest_ip IPv6, src_port UInt16, dest_port UInt16, protocol UInt8, direction UInt8, packets_out UInt64, bytes_out UInt64, packets_in UInt64, bytes_in UInt64, rule LowCardinality(String), observed_by UInt8, node LowCardinality(String), said Enum8('exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4, 'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8, 'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12, 'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17, 'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21, 'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25), pod_uids Array(LowCardinality(String)), or_node UInt8, src_port_moved UInt16, pod_port UInt16, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6), reason String, evidence String, begin_ms Int64, hour_ms Int64, tuple UInt64, flows UInt32, lingered UInt16) ENGINE = Distributed('unmasq', 'unmasq_shard', 'flow', shard);

CREATE OR REPLACE TABLE unmasq.flow_total ON CLUSTER 'unmasq' (cluster LowCardinality(String), dest_ip IPv6, hour_ms Int64, tick UInt16, dest_port UInt16, protocol UInt8, shard UInt8, generation UInt64, said Enum8('exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4, 'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8, 'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12, 'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17, 'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21, 'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25), node LowCardinality(String), pod_uids Array(LowCardinality(String)), or_node UInt8, flows UInt64, bytes_out UInt64, bytes_in UInt64, first_begin_ms Int64, last_begin_ms Int64, first_last_ms Int64, last_ms Int64, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6), reason String) ENGINE = Distributed('unmasq', 'unmasq_shard', 'flow_total', shard);

CREATE OR REPLACE TABLE unmasq.window_current ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, hour_ms Int64, tick UInt16, generation UInt64, write UInt64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'window_current', shard);

CREATE OR REPLACE TABLE unmasq.stretch ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'stretch');

CREATE OR REPLACE TABLE unmasq.size_class ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'size_class');

CREATE OR REPLACE TABLE unmasq.posterior ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'posterior');

CREATE OR REPLACE TABLE unmasq.rate ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'rate');

CREATE OR REPLACE TABLE unmasq.sighted_flow ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'sighted_flow');

CREATE OR REPLACE TABLE unmasq.hidden_flow ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'hidden_flow');

CREATE OR REPLACE TABLE unmasq.grade_current ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'grade_current');

CREATE OR REPLACE TABLE unmasq.sighting ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'sighting');

CREATE OR REPLACE TABLE unmasq.sighting_id ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'sighting_id');

CREATE OR REPLACE TABLE unmasq.window_reopened ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, hour_ms Int64, tick UInt16, before UInt64, generation UInt64, at_ms Int64, flows UInt64, moved UInt64, gone UInt64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'window_reopened', shard);

CREATE OR REPLACE TABLE unmasq.verdict_change ON CLUSTER 'unmasq' (cluster LowCardinality(String), generation UInt64, shard UInt8, hour_ms Int64, tick UInt16, before UInt64, tuple UInt64, begin_ms Int64, verdict_before LowCardinality(String), reason_before LowCardinality(String), uid_before LowCardinality(String), verdict_after LowCardinality(String), reason_after LowCardinality(String), uid_after LowCardinality(String)) ENGINE = Distributed('unmasq', 'unmasq_shard', 'verdict_change', shard);

CREATE OR REPLACE TABLE unmasq.name_address ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'name_address');

CREATE OR REPLACE TABLE unmasq.named_call ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'named_call');

CREATE OR REPLACE TABLE unmasq.named_total ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'named_total');

CREATE OR REPLACE TABLE unmasq.probe ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'probe');

CREATE OR REPLACE TABLE unmasq.cursor ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'cursor');

CREATE OR REPLACE TABLE unmasq.metric_sample ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'metric_sample');

CREATE OR REPLACE TABLE unmasq.horizon ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'horizon');

CREATE OR REPLACE TABLE unmasq.number_at ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'number_at');

CREATE OR REPLACE TABLE unmasq.pod_expired ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'pod_expired');

CREATE OR REPLACE TABLE unmasq.node_expired ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'node_expired');

CREATE OR REPLACE VIEW unmasq.pod_kept ON CLUSTER 'unmasq' AS SELECT * FROM unmasq.pod_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM unmasq.pod_expired);

CREATE OR REPLACE VIEW unmasq.node_kept ON CLUSTER 'unmasq' AS SELECT * FROM unmasq.node_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM unmasq.node_expired);

CREATE OR REPLACE VIEW unmasq.look_kept ON CLUSTER 'unmasq' AS SELECT * FROM unmasq.inventory_look WHERE until_ms >= (SELECT max(from_ms) FROM unmasq.horizon WHERE kind = 'records');

CREATE OR REPLACE TABLE unmasq.azure_resource ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'azure_resource');

CREATE OR REPLACE TABLE unmasq.kubernetes_event ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'kubernetes_event');

CREATE OR REPLACE TABLE unmasq.entry_reach ON CLUSTER 'unmasq' (cluster LowCardinality(String), shard UInt8, tuple UInt64, teller UInt64, first_ms SimpleAggregateFunction(min, Int64), made_ms SimpleAggregateFunction(min, Int64), told_ms SimpleAggregateFunction(max, Int64), gone_ms SimpleAggregateFunction(max, Int64)) ENGINE = Distributed('unmasq', 'unmasq_shard', 'entry_reach', shard);

CREATE OR REPLACE TABLE unmasq.entry_forgotten ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'entry_forgotten');

CREATE OR REPLACE TABLE unmasq.sighting_day ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'sighting_day');

CREATE OR REPLACE TABLE unmasq.purge_name ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'purge_name');

CREATE OR REPLACE TABLE unmasq.purge_salt ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'purge_salt');

CREATE OR REPLACE TABLE unmasq.sender_minute ON CLUSTER 'unmasq' (cluster LowCardinality(String), hour_ms Int64, minute UInt8, shard UInt8, tick UInt16, generation UInt64, said Enum8('exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4, 'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8, 'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12, 'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17, 'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21, 'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25), node LowCardinality(String), pod_uids Array(LowCardinality(String)), or_node UInt8, flows UInt64, bytes_out UInt64, bytes_in UInt64, first_begin_ms Int64, last_begin_ms Int64, first_last_ms Int64, last_ms Int64, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)) ENGINE = Distributed('unmasq', 'unmasq_shard', 'sender_minute', shard);

CREATE OR REPLACE TABLE unmasq.sender_hour ON CLUSTER 'unmasq' (cluster LowCardinality(String), hour_ms Int64, shard UInt8, tick UInt16, generation UInt64, said Enum8('exact by translation' = 1, 'exact by lease' = 2, 'node' = 3, 'forwarded-inbound' = 4, 'no-translation' = 5, 'translation-uncertain' = 6, 'conntrack-gap' = 7, 'windows-node' = 8, 'ip-shared' = 9, 'lease-uncertain' = 10, 'lease-uncertain by translation' = 11, 'tuple-shared' = 12, 'node-unknown' = 13, 'not-outbound' = 14, 'inventory-gap' = 15, 'no-lease-then' = 16, 'no-lease-then by translation' = 17, 'dns by translation' = 18, 'dns by lease' = 19, 'proxy by translation' = 20, 'proxy by lease' = 21, 'egress-gateway by translation' = 22, 'egress-gateway by lease' = 23, 'sidecar by translation' = 24, 'sidecar by lease' = 25), node LowCardinality(String), pod_uids Array(LowCardinality(String)), or_node UInt8, flows UInt64, bytes_out UInt64, bytes_in UInt64, first_begin_ms Int64, last_begin_ms Int64, first_last_ms Int64, last_ms Int64, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6)) ENGINE = Distributed('unmasq', 'unmasq_shard', 'sender_hour', shard);

CREATE OR REPLACE TABLE unmasq.settled_minute ON CLUSTER 'unmasq' (cluster LowCardinality(String), hour_ms Int64, minute UInt8, shard UInt8, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6), node LowCardinality(String), pod_uids Array(LowCardinality(String)), flows Float64, bytes_out Float64, bytes_in Float64, first_begin_ms Int64, last_begin_ms Int64, first_last_ms Int64, last_ms Int64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'settled_minute', shard);

CREATE OR REPLACE TABLE unmasq.settled_hour ON CLUSTER 'unmasq' (cluster LowCardinality(String), hour_ms Int64, shard UInt8, verdict Enum8('exact' = 1, 'probable' = 2, 'ambiguous' = 3, 'relayed' = 4, 'node' = 5, 'unattributed' = 6), node LowCardinality(String), pod_uids Array(LowCardinality(String)), flows Float64, bytes_out Float64, bytes_in Float64, first_begin_ms Int64, last_begin_ms Int64, first_last_ms Int64, last_ms Int64) ENGINE = Distributed('unmasq', 'unmasq_shard', 'settled_hour', shard);

CREATE OR REPLACE TABLE unmasq.settled_pod ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'settled_pod');

CREATE OR REPLACE TABLE unmasq.inventory_applied ON CLUSTER 'unmasq' ENGINE = Alias('unmasq_shard', 'inventory_applied');
