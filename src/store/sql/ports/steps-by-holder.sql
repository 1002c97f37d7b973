-- As ports/steps-by-way.sql, by pod: of each address and way the {holders} that hold most, all {steps} steps together, of those that are named for certain.
SELECT node_ip, protocol, way, uid, groupArray(step) AS at, groupArray(took) AS taken, groupArray(gave) AS given
FROM
(
    SELECT
        node_ip, protocol, way, uid, change.1 AS step, toInt64(countIf(change.2)) AS took, toInt64(countIf(NOT change.2)) AS gave
    FROM
    (
        SELECT
            node_ip, protocol, way, uid,
            arrayJoin([
                (intDiv(greatest(taken_ms - {first_ms:Int64}, 0) + {step_ms:Int64} - 1, {step_ms:Int64}), true),
                (intDiv(least(given_ms, {until_ms:Int64}) - {first_ms:Int64} + {step_ms:Int64} - 1, {step_ms:Int64}), false)]) AS change
        FROM {include ports/leaving}
        WHERE uid != ''
    )
    GROUP BY node_ip, protocol, way, uid, step
)
GROUP BY node_ip, protocol, way, uid
ORDER BY node_ip, protocol, way, sum((toInt64({steps:UInt32}) - step) * (took - gave)) DESC, uid
LIMIT {holders:UInt32} BY node_ip, protocol, way
