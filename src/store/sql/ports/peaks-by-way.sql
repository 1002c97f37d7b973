-- The most ports that left an address of a node by one path at the same moment, and when first: {paths} has the path of each way.
SELECT node_ip, protocol, path, peak, bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms
FROM
(
    SELECT
        node_ip, protocol, {paths:Array(UInt16)}[way + 1] AS path,
        -- As in ports/peaks.sql.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(taken_ms, {first_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(given_ms, 1), given_ms < {until_ms:Int64}))) AS changes,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak
    FROM {include ports/leaving}
    GROUP BY node_ip, protocol, path
)
