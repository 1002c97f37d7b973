-- How many ports of each address of a node each destination held at most, when first, and how many at the end: the {limit} that held most.
SELECT
    node_ip, dest_ip, dest_port, protocol, peak, bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms, at_end, began, lasted_ms,
    count() OVER () AS destinations, sum(peak) OVER () AS peaks
FROM
(
    SELECT
        node_ip, dest_ip, dest_port, protocol,
        countIf(until_ms >= {until_ms:Int64}) AS at_end,
        countIf(from_ms >= {from_ms:Int64}) AS began,
        -- Of those that were seen to end; none: 0.
        ifNotFinite(quantileIf(0.5)(until_ms - from_ms, until_ms < {until_ms:Int64}), 0) AS lasted_ms,
        -- Moments; the last bit says whether a port is taken then: one that is given back in the same millisecond is free for it.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(from_ms, {from_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(until_ms, 1), until_ms < {until_ms:Int64}))) AS changes,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak
    FROM {include ports/held}
    GROUP BY node_ip, dest_ip, dest_port, protocol
)
ORDER BY peak DESC, node_ip, dest_ip, dest_port, protocol
LIMIT {limit:UInt32}
