-- Tuples whose flows the sums do not tell; these are worked out record by record and line by line.
CREATE TABLE {tangled:Identifier} ENGINE = Memory AS
SELECT DISTINCT tuple
FROM
(
    SELECT tuple FROM {session:Identifier} WHERE NOT plain
    UNION ALL
    SELECT tuple FROM {entry:Identifier} WHERE NOT plain
    UNION ALL
    -- Seen in both directions, or allowed and denied; unless both NICs of one connection logged it, at one time.
    SELECT tuple
    FROM {session:Identifier}
    GROUP BY tuple
    HAVING count() > 1 AND NOT
    (
        count() = 2 AND NOT max(denied) AND max(direction) != min(direction)
        AND
        (
            (minIf(begin_ms, direction = 0) >= minIf(begin_ms, direction = 1) - {twice_ms:Int64}
                AND minIf(begin_ms, direction = 0) <= maxIf(last_ms, direction = 1) + {twice_ms:Int64})
            OR
            (maxIf(last_ms, direction = 0) >= minIf(begin_ms, direction = 1) - {twice_ms:Int64}
                AND maxIf(last_ms, direction = 0) <= maxIf(last_ms, direction = 1) + {twice_ms:Int64})
        )
    )
    UNION ALL
    -- Not recorded near the chunk, but further away (`far`: there are such records).
    SELECT tuple
    FROM {entry:Identifier}
    WHERE {far:UInt8} = 1 AND tuple NOT IN (SELECT tuple FROM {met:Identifier})
        AND tuple IN
        (
            SELECT tuple FROM flow_record
            WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
                AND (first_ms < {from_ms:Int64} - {idle_ms:Int64} OR at_ms >= {until_ms:Int64} + {idle_ms:Int64})
        )
)
