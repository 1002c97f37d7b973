-- When ports of each address of a node were taken and given back: how many up to each step of {step_ms} since the step before. Those that were held as the
-- interval began are taken at step 0.
SELECT
    node_ip, protocol, change.1 AS step, countIf(change.2) AS taken, countIf(NOT change.2) AS given
FROM
(
    SELECT
        node_ip, protocol,
        arrayJoin([
            (intDiv(greatest(from_ms - {from_ms:Int64}, 0) + {step_ms:Int64} - 1, {step_ms:Int64}), true),
            (intDiv(least(until_ms, {until_ms:Int64}) - {from_ms:Int64} + {step_ms:Int64} - 1, {step_ms:Int64}), false)]) AS change
    FROM {include ports/held}
)
GROUP BY node_ip, protocol, step
ORDER BY node_ip, protocol, step
