-- Flows that held a port, as ports/held.sql has them, each with the way that it leaves by: {ways} has its number, by the address of the node and that of the
-- destination; of a pair that is not there 0. `by_address`: datagrams through the load balancer ({lb_way}), which take one port for each address that a port of the
-- node sends to, whatever ports they go to.
(
    SELECT
        h.node_ip AS node_ip, h.src_port AS src_port, h.dest_ip AS dest_ip, h.dest_port AS dest_port, h.protocol AS protocol, w.way AS way,
        toLowCardinality(h.uid) AS uid,
        w.way = {lb_way:UInt16} AND h.protocol = 17 AS by_address,
        h.from_ms AS taken_ms, h.until_ms AS let_go_ms
    FROM {include ports/held} AS h
    LEFT ANY JOIN {ways:Identifier} AS w ON w.node_ip = h.node_ip AND w.dest_ip = h.dest_ip
)
