-- Who held the ports of some addresses and destinations at their peaks.
SELECT p.place AS place, uid, told, reason, count() AS ports
FROM {include ports/held} AS h
INNER JOIN
(
    SELECT
        tupleElement(k, 1) AS node_ip, tupleElement(k, 2) AS dest_ip, tupleElement(k, 3) AS dest_port, tupleElement(k, 4) AS protocol,
        tupleElement(k, 5) AS peak_ms, tupleElement(k, 6) AS place
    FROM
    (
        SELECT arrayJoin(arrayZip({p_node:Array(IPv6)}, {p_dest:Array(IPv6)}, {p_port:Array(UInt16)}, {p_protocol:Array(UInt8)}, {p_at:Array(Int64)},
            arrayEnumerate({p_at:Array(Int64)}))) AS k
    )
) AS p ON p.node_ip = h.node_ip AND p.dest_ip = h.dest_ip AND p.dest_port = h.dest_port AND p.protocol = h.protocol
WHERE h.from_ms <= p.peak_ms AND h.until_ms > p.peak_ms AND h.dest_ip IN {p_dest:Array(IPv6)}
GROUP BY place, uid, told, reason
