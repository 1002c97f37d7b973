-- The most ports that one destination held at the same time, of each address of a node and each way.
SELECT node_ip, protocol, way, max(peak) AS largest
FROM
(
    SELECT
        node_ip, protocol, way,
        -- As in ports/peaks.sql.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(taken_ms, {first_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(given_ms, 1), given_ms < {until_ms:Int64}))) AS changes,
        arrayMax(arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes)) AS peak
    FROM {include ports/leaving}
    GROUP BY node_ip, dest_ip, dest_port, protocol, way
)
GROUP BY node_ip, protocol, way
