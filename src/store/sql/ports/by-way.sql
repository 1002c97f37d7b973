-- Flows that held a port, as ports/held.sql has them, each with the way that it leaves by: {ways} has its number, by the address of the node and that of the
-- destination; of a pair that is not there 0. What leaves through the load balancer ({lb_way}) keeps its port for {longer_ms} longer. `by_address`: datagrams there,
-- which take one port for each address that a port of the node sends to, whatever ports they go to.
(
    SELECT
        h.node_ip AS node_ip, h.src_port AS src_port, h.dest_ip AS dest_ip, h.dest_port AS dest_port, h.protocol AS protocol, w.way AS way, h.uid AS uid,
        w.way = {lb_way:UInt16} AND h.protocol = 17 AS by_address,
        h.from_ms AS taken_ms, h.until_ms + if(w.way = {lb_way:UInt16}, {longer_ms:Int64}, 0) AS given_ms
    FROM {include ports/held} AS h
    LEFT ANY JOIN {ways:Identifier} AS w ON w.node_ip = h.node_ip AND w.dest_ip = h.dest_ip
    WHERE given_ms > {first_ms:Int64}
)
