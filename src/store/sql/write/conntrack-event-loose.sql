-- Staged tuples that may change what lies further back than {near_ms} before them: by a line that opens no entry, or where an entry was told of that may have
-- been open. All, where what was over before {forgotten_ms} may bear on it. A line that opens an entry within another, whose begin and end were told, cuts it:
-- that changes only flows that live on after, of which a row or that entry is close.
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
)
GROUP BY shard, tuple
