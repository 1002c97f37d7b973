-- The pods, and nodes themselves, behind some holdings: the ports of each at the peak of the holding, and what its connections did in {slices} slices of {slice_ms}.
SELECT
    p.place AS place, h.uid AS uid, node_ip,
    countIf(from_ms <= p.at_ms AND h.until_ms > p.at_ms) AS ports,
    countIf(from_ms <= p.at_ms AND shut_ms > p.at_ms) AS open,
    countIf(since_ms < {from_ms:Int64} AND shut_ms > {from_ms:Int64}) AS at_start,
    countIf(since_ms >= {from_ms:Int64} OR shut_ms > {from_ms:Int64}) AS carried,
    sumForEach(arrayMap(i -> toUInt32(since_ms >= {from_ms:Int64} AND intDiv(since_ms - {from_ms:Int64}, {slice_ms:Int64}) = i), range({slices:UInt32}))) AS began_in,
    sumForEach(arrayMap(i -> toUInt32(ends AND intDiv(shut_ms - {from_ms:Int64}, {slice_ms:Int64}) = i), range({slices:UInt32}))) AS closed_in,
    sumForEach(arrayMap(i -> toUInt32(since_ms >= {from_ms:Int64} AND shut_ms >= {until_ms:Int64} AND intDiv(since_ms - {from_ms:Int64}, {slice_ms:Int64}) = i), range({slices:UInt32}))) AS kept_of
FROM {include ports/shut} AS h
INNER JOIN ({include ports/workloads}) AS w ON w.uid = h.uid
INNER JOIN
(
    SELECT
        tupleElement(k, 1) AS kind, tupleElement(k, 2) AS space, tupleElement(k, 3) AS workload, tupleElement(k, 4) AS dest_ip, tupleElement(k, 5) AS dest_port,
        tupleElement(k, 6) AS protocol, tupleElement(k, 7) AS at_ms, tupleElement(k, 8) AS place
    FROM
    (
        SELECT arrayJoin(arrayZip({p_kind:Array(String)}, {p_space:Array(String)}, {p_workload:Array(String)}, {p_dest:Array(IPv6)}, {p_port:Array(UInt16)},
            {p_protocol:Array(UInt8)}, {p_at:Array(Int64)}, arrayEnumerate({p_at:Array(Int64)}))) AS k
    )
) AS p ON p.kind = w.kind AND p.space = w.space AND p.workload = w.workload AND p.dest_ip = h.dest_ip AND p.dest_port = h.dest_port AND p.protocol = h.protocol
WHERE h.dest_ip IN {p_dest:Array(IPv6)}
GROUP BY place, uid, node_ip
ORDER BY place, ports DESC, uid, node_ip
