-- Staged tuples that may change what lies further back than {near_ms} before them: by a record that begins no flow, where others were recorded close to it or
-- since, or where an entry was told of that may have been open. All, where what was over before {forgotten_ms} may bear on it.
CREATE TABLE {loose:Identifier} ENGINE = Memory AS
WITH (SELECT min(first_ms) FROM {staged:Identifier}) AS earliest
SELECT shard, tuple, any(src_ip) AS src_ip, any(dest_ip) AS dest_ip, any(dest_port) AS dest_port, any(src_port) AS src_port, min(first_ms) AS first
FROM {staged:Identifier}
WHERE earliest < {forgotten_ms:Int64} + {near_ms:Int64} + {idle_ms:Int64} OR tuple IN
(
    -- What was denied is apart, and says no begin.
    SELECT tuple
    FROM {staged:Identifier}
    GROUP BY tuple, direction, state = 3
    HAVING NOT argMin({include attribution/begins}, (first_ms, {include attribution/begins}))
    UNION ALL
    SELECT tuple FROM entry_reach
    WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {staged:Identifier}) AND tuple IN (SELECT tuple FROM {staged:Identifier})
    UNION ALL
    SELECT tuple FROM {related:Identifier} WHERE NOT is_line
)
GROUP BY shard, tuple
