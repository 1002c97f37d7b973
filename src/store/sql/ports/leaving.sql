-- Ports that are held of what flows leave through, from {first_ms} on: one a row, from when to when. {held} has the flows (ports/hold.sql). What leaves through the load
-- balancer ({lb_way}) keeps its port for {longer_ms} longer. Of datagrams that share a port each holds it for as long as none before it does.
(
    SELECT node_ip, dest_ip, dest_port, protocol, way, uid, taken_ms, given_ms
    FROM (SELECT *, let_go_ms + if(way = {lb_way:UInt16}, {longer_ms:Int64}, 0) AS given_ms FROM {held:Identifier} WHERE given_ms > {first_ms:Int64})
    WHERE NOT by_address
    UNION ALL
    SELECT node_ip, dest_ip, toUInt16(0) AS dest_port, protocol, way, uid, greatest(since_ms, held_until_ms) AS taken_ms, given_ms
    FROM
    (
        SELECT
            node_ip, dest_ip, protocol, way, uid, taken_ms AS since_ms, given_ms,
            max(given_ms) OVER (PARTITION BY node_ip, src_port, dest_ip ORDER BY taken_ms, given_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS held_until_ms
        FROM (SELECT *, let_go_ms + if(way = {lb_way:UInt16}, {longer_ms:Int64}, 0) AS given_ms FROM {held:Identifier} WHERE given_ms > {first_ms:Int64})
        WHERE by_address AND protocol = 17
    )
    WHERE given_ms > held_until_ms AND held_until_ms < {until_ms:Int64}
)
