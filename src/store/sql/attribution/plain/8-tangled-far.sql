-- Entries that no record near the chunk shows, but one further away: tangled as well.
INSERT INTO {tangled:Identifier}
SELECT tuple
FROM {entry:Identifier}
WHERE tuple NOT IN (SELECT tuple FROM {met:Identifier})
    AND tuple IN
    (
        SELECT tuple FROM flow_record
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND (first_ms < {from_ms:Int64} - {idle_ms:Int64} OR at_ms >= {until_ms:Int64} + {idle_ms:Int64})
    )
