-- Sightings that tell of their destination no more than its name.

-- The addresses of a name in a day, and how they are known: 1: other sightings tell both. 2: learned, from the flows that come with its calls.
CREATE TABLE name_address
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
ENGINE = MergeTree
ORDER BY (cluster, generation, host, port, dest_ip)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- How probable it is that a call went to an address of the name that it told.
CREATE TABLE named_call
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    generation UInt64 CODEC(T64, ZSTD(1)),
    sighting UInt64 CODEC(NONE),
    dest_ip IPv6 CODEC(ZSTD(1)),
    chance Float64 CODEC(ZSTD(1)),
    how UInt8 CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (cluster, generation, sighting, dest_ip)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Calls that told a name alone: those of which an address is known, and how, and those that count nowhere.
CREATE TABLE named_total
(
    cluster LowCardinality(String),
    generation UInt64,
    format LowCardinality(String),
    told UInt64,
    learned UInt64,
    unknown UInt64
)
ENGINE = MergeTree
ORDER BY (cluster, generation, format)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Of the sightings of a flow those that told a name alone, and those of them whose address was learned.
ALTER TABLE sighted_flow ADD COLUMN IF NOT EXISTS by_name UInt32 DEFAULT 0 CODEC(ZSTD(1));
ALTER TABLE sighted_flow ADD COLUMN IF NOT EXISTS by_learned UInt32 DEFAULT 0 CODEC(ZSTD(1));
