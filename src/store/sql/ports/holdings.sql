-- What each workload, and all nodes themselves, hold of the ports of nodes towards each destination: the {limit} that held most at once, {least} at least. A
-- connection is open until it is shut; its node's port is held for longer.
SELECT
    kind, space, workload, dest_ip, dest_port, protocol, began, closed, at_start, at_end, watched_at_end, silent, added_watched, added_silent, oldest_from_ms, lived,
    life_ms, long_life_ms, kept_ms, peak, bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms,
    arrayCount((a, b) -> a <= peak_ms AND b > peak_ms, starts, shuts) AS open_at_peak,
    arrayMax(arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), opened)) AS peak_open,
    count() OVER () AS holdings
FROM
(
    SELECT
        w.kind AS kind, w.space AS space, w.workload AS workload, h.dest_ip AS dest_ip, h.dest_port AS dest_port, h.protocol AS protocol,
        countIf(since_ms >= {from_ms:Int64}) AS began,
        countIf(ends) AS closed,
        countIf(since_ms < {from_ms:Int64} AND shut_ms > {from_ms:Int64}) AS at_start,
        countIf(shut_ms >= {until_ms:Int64}) AS at_end,
        countIf(shut_ms >= {until_ms:Int64} AND watched) AS watched_at_end,
        countIf(shut_ms >= {until_ms:Int64} AND watched AND seen_ms < {quiet_ms:Int64}) AS silent,
        countIf(shut_ms >= {until_ms:Int64} AND watched AND since_ms >= {from_ms:Int64} AND since_ms < {old_ms:Int64}) AS added_watched,
        countIf(shut_ms >= {until_ms:Int64} AND watched AND since_ms >= {from_ms:Int64} AND since_ms < {old_ms:Int64} AND seen_ms < {quiet_ms:Int64}) AS added_silent,
        minIf(from_ms, shut_ms >= {until_ms:Int64}) AS oldest_from_ms,
        countIf(ends AND begun) AS lived,
        quantileExactIf(0.5)(shut_ms - from_ms, ends AND begun) AS life_ms,
        quantileExactIf(0.9)(shut_ms - from_ms, ends AND begun) AS long_life_ms,
        quantileExactIf(0.5)(h.until_ms - shut_ms, ends) AS kept_ms,
        groupArray(from_ms) AS starts, groupArray(shut_ms) AS shuts,
        -- As in ports/peaks.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(from_ms, {from_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(h.until_ms, 1), h.until_ms < {until_ms:Int64}))) AS changes,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak,
        arraySort(arrayConcat(
            groupArrayIf(bitShiftLeft(greatest(from_ms, {from_ms:Int64}), 1) + 1, shut_ms > greatest(from_ms, {from_ms:Int64})),
            groupArrayIf(bitShiftLeft(shut_ms, 1), shut_ms > greatest(from_ms, {from_ms:Int64}) AND shut_ms < {until_ms:Int64}))) AS opened
    FROM {include ports/shut} AS h
    INNER JOIN ({include ports/workloads}) AS w ON w.uid = h.uid
    GROUP BY kind, space, workload, dest_ip, dest_port, protocol
)
WHERE peak >= {least:UInt32}
ORDER BY peak DESC, space, kind, workload, dest_ip, dest_port, protocol
LIMIT {limit:UInt32}
