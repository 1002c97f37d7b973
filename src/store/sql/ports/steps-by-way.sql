-- As ports/steps.sql, by the way that ports leave by.
SELECT
    node_ip, protocol, way, change.1 AS step, countIf(change.2) AS taken, countIf(NOT change.2) AS given
FROM
(
    SELECT
        node_ip, protocol, way,
        arrayJoin([
            (intDiv(greatest(taken_ms - {first_ms:Int64}, 0) + {step_ms:Int64} - 1, {step_ms:Int64}), true),
            (intDiv(least(given_ms, {until_ms:Int64}) - {first_ms:Int64} + {step_ms:Int64} - 1, {step_ms:Int64}), false)]) AS change
    FROM {include ports/leaving}
)
GROUP BY node_ip, protocol, way, step
ORDER BY node_ip, protocol, way, step
