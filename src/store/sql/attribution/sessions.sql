(
    -- A row of records that is a flow by itself, and sums that are.
    SELECT
        shard, tuple, direction, state = 3 AS denied, src_ip, src_port, dest_ip, dest_port, protocol,
        first_ms AS begin_ms, at_ms AS last_ms, begun_ago_ms >= 0 OR state = 0 AS begun, state = 2 AS ended,
        packets_out, bytes_out, packets_in, bytes_in, rule
    FROM {include attribution/near-records}
    WHERE tuple NOT IN (SELECT tuple FROM {repeated:Identifier})
    UNION ALL
    SELECT
        shard, tuple, direction, denied, src_ip, src_port, dest_ip, dest_port, protocol,
        begin_ms, last_ms, begun, ended, packets_out, bytes_out, packets_in, bytes_in, rule
    FROM {session:Identifier}
    WHERE plain
)
