-- What the rates say of flows that no translation explains: graded by days, each day whole, as a new generation that becomes current in
-- one insert into grade_current. A flow finds its posterior by its node's cell at its time (stretch), and the kind of request that its sizes
-- are of (size_class): read/graded.sql.

-- From when a node is in which cell, on the node's own clock.
CREATE TABLE stretch
(
    cluster LowCardinality(String),
    generation UInt64,
    node LowCardinality(String),
    from_ms Int64,
    cell UInt32
)
ENGINE = MergeTree
ORDER BY (cluster, generation, node, from_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Kinds of requests to a destination: a normal distribution in the logarithm of each size. `constant` is what does not depend on the flow.
CREATE TABLE size_class
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
ENGINE = MergeTree
ORDER BY (cluster, generation, dest_ip, dest_port, protocol, class)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who a flow from a cell is from, most probable first. Nearly impossible ones are left out; what is here sums to 1.
CREATE TABLE posterior
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
ENGINE = MergeTree
ORDER BY (cluster, dest_ip, dest_port, protocol, generation, class, cell)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What a day taught of a sender's rate towards a destination: the next day begins with it.
CREATE TABLE rate
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
ENGINE = MergeTree
ORDER BY (cluster, generation, dest_ip, dest_port, protocol, class, sender)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Who a flow is from of which an application told: as in `posterior`, for one flow.
CREATE TABLE sighted_flow
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
ENGINE = MergeTree
ORDER BY (cluster, dest_ip, generation, tuple, begin_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How right the rates were on flows whose translation was hidden from them.
CREATE TABLE hidden_flow
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
ENGINE = MergeTree
ORDER BY (cluster, generation, slice, bin)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE grade_current
(
    cluster LowCardinality(String),
    day_ms Int64,
    generation UInt64,
    -- What it rests on: a hash of the verdicts' generations, the inventory of the day, and the grades of the day before.
    basis String,
    -- How much surer than the samples the probabilities are stated.
    sharpness Float64
)
ENGINE = ReplacingMergeTree(generation)
ORDER BY (cluster, day_ms)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
