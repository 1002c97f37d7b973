-- Those of the tuples `reaching` of which something may bear on the ticks that was told before {middle_records_ms}: an entry that was open then, or a flow that
-- has a record in each ten minutes since.
CREATE TABLE {far:Identifier} ENGINE = Memory AS
SELECT src_ip, dest_ip, dest_port, src_port
FROM {reaching:Identifier}
WHERE reach_ms < {far_ms:Int64} OR tuple IN
(
    SELECT tuple
    FROM flow_record
    WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND at_ms >= {middle_records_ms:Int64}
        AND (src_ip, dest_ip, dest_port, src_port) IN (SELECT src_ip, dest_ip, dest_port, src_port FROM {reaching:Identifier})
    GROUP BY tuple
    HAVING min(first_ms) < {middle_records_ms:Int64} + {idle_ms:Int64}
)
