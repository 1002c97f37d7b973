-- How many ports of its own each pod held at most towards each destination, when first, and how many at the end: the {limit} that held most. A connection is
-- taken to hold one as if the pod had closed first.
SELECT
    uid, dest_ip, dest_port, protocol, peak, bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms,
    arrayCount((a, b) -> a <= peak_ms AND b > peak_ms, starts, shuts) AS open_at_peak,
    arrayCount((a, b, forwarded) -> a <= peak_ms AND b > peak_ms AND forwarded, starts, frees, forwards) AS relayed,
    at_end, began, count() OVER () AS destinations
FROM
(
    SELECT
        uid, dest_ip, dest_port, protocol,
        countIf(free_ms >= {until_ms:Int64}) AS at_end,
        countIf(from_ms >= {from_ms:Int64}) AS began,
        groupArray(from_ms) AS starts, groupArray(shut_ms) AS shuts, groupArray(free_ms) AS frees, groupArray(told = 'relayed') AS forwards,
        -- As in ports/peaks.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(from_ms, {from_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(free_ms, 1), free_ms < {until_ms:Int64}))) AS changes,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak
    FROM {include ports/held}
    WHERE uid != '' AND free_ms > {from_ms:Int64} AND free_ms > from_ms
    GROUP BY uid, dest_ip, dest_port, protocol
)
ORDER BY peak DESC, uid, dest_ip, dest_port, protocol
LIMIT {limit:UInt32}
