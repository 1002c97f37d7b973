-- From when on each kind of facts is kept. Moved before anything is dropped and never back; `… dropped` is how far the dropping came.
CREATE TABLE horizon (kind LowCardinality(String), from_ms Int64)
ENGINE = ReplacingMergeTree(from_ms) ORDER BY kind
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The newest number of a write or generation at a time: what has no time of its own is dropped by its number.
CREATE TABLE number_at (at_ms Int64, number UInt64)
ENGINE = MergeTree ORDER BY at_ms
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Rows of pod_seen and node_seen that are being dropped, and what will be left of the inventory. A statement that deletes them may be killed, and go on when the engine is opened again.
CREATE TABLE pod_expired (cluster LowCardinality(String), uid String, at_ms Int64, object String)
ENGINE = MergeTree ORDER BY (cluster, uid, at_ms, object)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE node_expired (cluster LowCardinality(String), uid String, at_ms Int64, object String)
ENGINE = MergeTree ORDER BY (cluster, uid, at_ms, object)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS pod_kept AS
SELECT * FROM pod_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM pod_expired);

CREATE VIEW IF NOT EXISTS node_kept AS
SELECT * FROM node_seen WHERE (cluster, uid, at_ms, object) NOT IN (SELECT cluster, uid, at_ms, object FROM node_expired);

CREATE VIEW IF NOT EXISTS look_kept AS
SELECT * FROM inventory_look WHERE until_ms >= (SELECT max(from_ms) FROM horizon WHERE kind = 'records');

ALTER TABLE reject ADD COLUMN IF NOT EXISTS write UInt64 DEFAULT 0;
