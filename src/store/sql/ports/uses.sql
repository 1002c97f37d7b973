-- As ports/peaks.sql, and where {by_pod} is 1 of pods in place of nodes, as ports/pod-peaks.sql counts them: how long nearly as many as at the peak were held, and
-- how many different ones were used.
SELECT
    src, uid, dest_ip, dest_port, protocol, began, different, peak,
    bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms,
    arraySum((u, at, next) -> if(u >= peak * 0.95, next - at, 0), used, moments, arrayPushBack(arrayPopFront(moments), {until_ms:Int64})) AS at_peak_ms
FROM
(
    SELECT
        src, uid, dest_ip, dest_port, protocol,
        countIf(from_ms >= {from_ms:Int64}) AS began,
        uniqExact(port) AS different,
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(from_ms, {from_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(given_ms, 1), given_ms < {until_ms:Int64}))) AS changes,
        arrayMap(c -> bitShiftRight(c, 1), changes) AS moments,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak
    FROM
    (
        SELECT if({by_pod:UInt8} = 1, toIPv6('::'), node_ip) AS src, if({by_pod:UInt8} = 1, uid, '') AS uid, dest_ip, dest_port, protocol,
            if({by_pod:UInt8} = 1 AND pod_port > 0, pod_port, src_port) AS port, from_ms,
            if({by_pod:UInt8} = 1, free_ms, until_ms) AS given_ms
        FROM {include ports/held}
        WHERE {by_pod:UInt8} = 0 OR (uid != '' AND free_ms > {from_ms:Int64} AND free_ms > from_ms)
    )
    GROUP BY src, uid, dest_ip, dest_port, protocol
)
WHERE peak >= {least:UInt32}
ORDER BY peak DESC, src, uid, dest_ip, dest_port, protocol
LIMIT {limit:UInt32}
