-- What Traffic Analytics summed up and nothing else tells of, ending in the chunk's time. Left out is an aggregate if, for the same sender,
-- destination, port and protocol, and its time, there is
-- - a record of the flow log, which aggregates are made of;
-- - a line of conntrack that is believed (attribution/lines.sql); clocks may be apart;
-- - for one that entered a NIC, an aggregate that left one: both ends logged the same flows.
WITH
    near AS
    (
        SELECT
            shard, from_ms, until_ms, src_ip, dest_ip, dest_port, protocol, toUInt8(CAST(direction, 'String') = 'inbound') AS inbound,
            decision, rule, flows_started, packets_out, bytes_out, packets_in, bytes_in
        FROM flow_aggregate FINAL
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND until_ms >= {from_ms:Int64} AND until_ms < {until_ms:Int64}
    ),
    senders AS (SELECT DISTINCT src_ip, dest_ip, dest_port, protocol FROM near),
    earliest AS (SELECT min(from_ms) FROM near),
    told AS
    (
        SELECT src_ip, dest_ip, dest_port, protocol, arrayJoin([0, 1]) AS inbound,
            min(first_ms) - {slack_ms:Int64} AS told_from_ms, max(r.at_ms) + {slack_ms:Int64} AS told_until_ms
        FROM flow_record AS r
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND r.at_ms >= (SELECT * FROM earliest) - {slack_ms:Int64} AND first_ms < {until_ms:Int64} + {slack_ms:Int64}
            AND (src_ip, dest_ip, dest_port, protocol) IN (SELECT * FROM senders)
        GROUP BY src_ip, dest_ip, dest_port, protocol, intDiv(r.at_ms, 60000)
        UNION ALL
        SELECT reply_dest_ip, reply_src_ip, reply_src_port, protocol, arrayJoin([0, 1]),
            min(first_ms) - {apart_ms:Int64}, max(c.at_ms) + {apart_ms:Int64}
        FROM conntrack_event AS c
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)}
            AND c.at_ms >= (SELECT * FROM earliest) - {apart_ms:Int64} AND first_ms < {until_ms:Int64} + {apart_ms:Int64}
            AND (reply_dest_ip, reply_src_ip, reply_src_port, protocol) IN (SELECT * FROM senders)
            AND (orig_src_ip != reply_dest_ip
                OR (object, reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
                OR reply_dest_ip IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0))
        GROUP BY reply_dest_ip, reply_src_ip, reply_src_port, protocol, intDiv(c.at_ms, 60000)
        UNION ALL
        SELECT src_ip, dest_ip, dest_port, protocol, 1, s.from_ms - {slack_ms:Int64}, s.until_ms + {slack_ms:Int64}
        FROM flow_aggregate AS s
        WHERE cluster = {cluster:String} AND shard IN {shards:Array(UInt8)} AND direction = 'outbound'
            AND s.until_ms >= (SELECT * FROM earliest) - {slack_ms:Int64} AND s.from_ms < {until_ms:Int64} + {slack_ms:Int64}
            AND (src_ip, dest_ip, dest_port, protocol) IN (SELECT * FROM senders)
    ),
    -- The last that began before an aggregate's end need not be the longest.
    told_so_far AS
    (
        SELECT
            src_ip, dest_ip, dest_port, protocol, toUInt8(inbound) AS inbound, told_from_ms,
            max(told_until_ms) OVER (PARTITION BY src_ip, dest_ip, dest_port, protocol, inbound ORDER BY told_from_ms) AS told_until_ms
        FROM told
    )
SELECT
    a.shard AS shard, a.from_ms AS from_ms, a.until_ms AS until_ms, a.src_ip AS src_ip, a.dest_ip AS dest_ip, toUInt16(0) AS src_port,
    a.dest_port AS dest_port, a.protocol AS protocol, a.inbound AS direction, toUInt8(CAST(decision, 'String') = 'denied') AS denied,
    toUInt32(flows_started) AS flows, packets_out, bytes_out, packets_in, bytes_in, rule AS rule
FROM near AS a
ASOF LEFT JOIN told_so_far AS t ON t.src_ip = a.src_ip AND t.dest_ip = a.dest_ip AND t.dest_port = a.dest_port AND t.protocol = a.protocol
    AND t.inbound = a.inbound AND t.told_from_ms <= a.until_ms
-- Where nothing is found it is 0.
WHERE t.told_until_ms < a.from_ms
ORDER BY shard, until_ms, from_ms
