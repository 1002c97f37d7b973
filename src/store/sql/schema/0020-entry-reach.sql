-- How far back the lines of a tuple bear on what is told of it now, by who tells them. A line that says begin and end bears on the time between, and
-- is not here; of the others: the first of them, the first that says when its entry was made (the greatest number: none does), the last that leaves an
-- entry open (and one: in one millisecond an entry goes before another is there), and the last by which one went. `teller`: as in
-- conntrack-event-stage.sql. Lines of which the facts know nothing may be told here, as they are said before: they cost a look in vain.
CREATE TABLE entry_reach
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
ENGINE = AggregatingMergeTree
ORDER BY (cluster, shard, tuple, teller)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Of tuples whose entries were gone before, the table says nothing any more.
CREATE TABLE entry_forgotten
(
    cluster LowCardinality(String),
    until_ms SimpleAggregateFunction(max, Int64)
)
ENGINE = AggregatingMergeTree
ORDER BY cluster
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO entry_reach (cluster, shard, tuple, teller, first_ms, made_ms, told_ms, gone_ms)
SELECT cluster, shard, tuple, if(orig_src_ip = reply_dest_ip, recording, 0), at_ms,
    multiIf(kind = 0, at_ms, made_ms > 0, made_ms, 9223372036854775807), if(kind = 2, 0, at_ms + 1), if(kind = 2, at_ms, 0)
FROM conntrack_event
WHERE new_ago_ms < 0;
