-- How many flows went from each cell to each destination. `known`: the pod's UID, `@node`, or empty where nobody knows; `hidden` ones are
-- known, and counted as if they were not, to see how right the rates are.
WITH
    grades AS (SELECT {day_ms:Int64} AS day_ms, {generation:UInt64} AS grade),
{include grading/day-flows},
{include read/graded}
SELECT
    dest_ip, dest_port, protocol, class, cell,
    toLowCardinality(multiIf(said = 'node', '@node', said IN ('exact by translation', 'dns by translation', 'proxy by translation', 'egress-gateway by translation', 'sidecar by translation'),
        toString(pod_uids[1]), '')) AS known,
    toUInt8(known != '' AND tuple % {hide:UInt64} = 0) AS hidden,
    sum(toFloat64(g.flows) * part) AS flows
FROM graded AS g
WHERE grade > 0
GROUP BY dest_ip, dest_port, protocol, class, cell, known, hidden
ORDER BY dest_ip, dest_port, protocol, class, cell, known, hidden
