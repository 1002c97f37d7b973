-- The destination that held most, all nodes together, of each of the {shared} ways and each protocol.
SELECT way, protocol, dest_ip, dest_port, peak, bitShiftRight(changes[indexOf(used, peak)], 1) AS peak_ms
FROM
(
    SELECT
        way, protocol, dest_ip, dest_port,
        -- As in ports/peaks.sql.
        arraySort(arrayConcat(
            groupArray(bitShiftLeft(greatest(taken_ms, {first_ms:Int64}), 1) + 1),
            groupArrayIf(bitShiftLeft(given_ms, 1), given_ms < {until_ms:Int64}))) AS changes,
        arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
        arrayMax(used) AS peak
    FROM {include ports/by-way}
    WHERE has({shared:Array(UInt16)}, way)
    GROUP BY way, dest_ip, dest_port, protocol
)
ORDER BY peak DESC, dest_ip, dest_port, way, protocol
LIMIT 1 BY way, protocol
