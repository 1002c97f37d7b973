-- What was told of the staged tuples close to them or since: records and lines whose windows they can change. Asked only where windows are current
-- already; what was never computed will be.
CREATE TABLE {related:Identifier} ENGINE = Memory AS
WITH (SELECT min(first_ms) FROM {staged:Identifier}) - {near_ms:Int64} AS from_ms
SELECT 0 AS is_line, shard, tuple, first_ms AS first, r.at_ms AS last, 0 AS made
FROM flow_record AS r
WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND r.at_ms >= from_ms
    AND tuple IN (SELECT tuple FROM {staged:Identifier})
UNION ALL
SELECT 1, shard, tuple, first_ms, c.at_ms, made_ms
FROM conntrack_event AS c
WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND c.at_ms >= from_ms
    AND tuple IN (SELECT tuple FROM {staged:Identifier})
