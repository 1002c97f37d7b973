-- Staged tuples that may change what lies further back than {near_ms} before them: by a line that opens no entry, where an entry was told of that may have been
-- open, or where a line tells of an entry that was made before and went later. All, where what was over before {forgotten_ms} may bear on it.
CREATE TABLE {loose:Identifier} ENGINE = Memory AS
WITH (SELECT min(first_ms) FROM {staged:Identifier}) AS earliest
SELECT shard, tuple, any(reply_dest_ip) AS src_ip, any(reply_src_ip) AS dest_ip, any(reply_src_port) AS dest_port, any(reply_dest_port) AS src_port,
    min(first_ms) AS first, argMin(new_ago_ms >= 0 OR kind = 0, (first_ms, new_ago_ms >= 0 OR kind = 0)) AS is_opened,
    min(if(started_ms > 0, started_ms, 9223372036854775807)) AS started
FROM {staged:Identifier}
WHERE earliest < {forgotten_ms:Int64} + {near_ms:Int64} OR tuple IN
(
    SELECT tuple FROM {staged:Identifier} WHERE new_ago_ms < 0 AND kind != 0
    UNION ALL
    SELECT tuple FROM entry_reach
    WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND tuple IN (SELECT tuple FROM {staged:Identifier})
    UNION ALL
    SELECT tuple FROM {related:Identifier} WHERE is_line AND first < (SELECT max(first_ms) FROM {staged:Identifier}) - {near_ms:Int64}
)
GROUP BY shard, tuple
