-- The most ports that all nodes together held at the same moment of a part of the interval, from {first_ms} to {end_ms}, and when first: of each of the {shared} ways and each
-- protocol. No list of changes is longer than those of {bucket_ms}: of each its sum counts, and the most within it.
SELECT way, protocol, tupleElement(most, 1) AS peak, -tupleElement(most, 2) AS peak_ms
FROM
(
    SELECT way, protocol, max((before + highest, -highest_ms)) AS most
    FROM
    (
        SELECT
            way, protocol, highest, highest_ms,
            sum(used[-1]) OVER (PARTITION BY way, protocol ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - used[-1] AS before
        FROM
        (
            SELECT
                way, protocol, bucket,
                -- As in ports/peaks.sql.
                arraySort(groupArray(change)) AS changes,
                arrayCumSum(c -> if(bitAnd(c, 1) = 1, 1, -1), changes) AS used,
                arrayMax(used) AS highest,
                bitShiftRight(changes[indexOf(used, highest)], 1) AS highest_ms
            FROM
            (
                SELECT
                    way, protocol,
                    arrayJoin([bitShiftLeft(greatest(taken_ms, {first_ms:Int64}), 1) + 1, bitShiftLeft(given_ms, 1)]) AS change,
                    intDiv(bitShiftRight(change, 1) - {first_ms:Int64}, {bucket_ms:Int64}) AS bucket
                FROM {include ports/by-way}
                WHERE has({shared:Array(UInt16)}, way) AND taken_ms < {end_ms:Int64}
            )
            WHERE bitShiftRight(change, 1) < {end_ms:Int64}
            GROUP BY way, protocol, bucket
        )
    )
    GROUP BY way, protocol
)
ORDER BY way, protocol
