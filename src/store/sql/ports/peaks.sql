-- How many ports of each address of a node each destination held at most and when first, how many at the end, and who held them at that moment, as far as the
-- entries tell: one row a holder.
SELECT
    node_ip, dest_ip, dest_port, protocol, peak, peak_ms, at_end, began, lasted_ms,
    held.3 AS origin_ip, held.4 AS uid, held.5 AS told, held.6 AS reason, count() AS ports, min(held.1) AS first_ms, max(held.1) AS last_ms
FROM
(
    SELECT
        node_ip, dest_ip, dest_port, protocol,
        groupArray((e.from_ms, e.until_ms, e.origin_ip, e.uid, e.told, e.reason)) AS entries,
        countIf(e.until_ms >= {until_ms:Int64}) AS at_end,
        countIf(e.from_ms >= {from_ms:Int64}) AS began,
        -- Of those that were seen to end; none: 0.
        ifNotFinite(quantileIf(0.5)(e.until_ms - e.from_ms, e.until_ms < {until_ms:Int64}), 0) AS lasted_ms,
        arraySort(arrayConcat(
            arrayMap(e -> (greatest(e.1, {from_ms:Int64}), toInt8(1)), entries),
            arrayMap(e -> (e.2, toInt8(-1)), arrayFilter(e -> e.2 < {until_ms:Int64}, entries)))) AS changes,
        arrayCumSum(c -> c.2, changes) AS used,
        arrayMax(used) AS peak,
        changes[indexOf(used, peak)].1 AS peak_ms
    FROM ({include ports/entries}) AS e
    GROUP BY node_ip, dest_ip, dest_port, protocol
)
ARRAY JOIN arrayFilter(e -> e.1 <= peak_ms AND e.2 > peak_ms, entries) AS held
GROUP BY node_ip, dest_ip, dest_port, protocol, peak, peak_ms, at_end, began, lasted_ms, origin_ip, uid, told, reason
