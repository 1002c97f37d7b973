-- Which untranslated flows each sighting of a call may be of: on its pod's node, to its destination, alive then. Sightings find flows by the
-- minute, as the engine joins by equality; a flow that is longer is found by its first hours. `by_port`: the port that the application told
-- is the flow's; where a sighting has such a flow it is of no other. `chance`, `how`: of a call that
-- told a name alone, that it went there, and how the address is known.
WITH
    grades AS (SELECT {day_ms:Int64} AS day_ms, {generation:UInt64} AS grade),
{include grading/day-flows},
{include read/graded},
{include grading/pods-told},
    told AS
    (
        SELECT identity AS sighting, begin_ms, dest_ip AS to_ip, dest_port AS to_port, if(redirected = 1, 0, local_port) AS port, pod_uid, namespace, pod,
            toFloat64(1) AS chance, toUInt8(0) AS how
        FROM sighting
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND dest_ip != toIPv6('::')
            AND begin_ms >= {day_ms:Int64} - 3600000 AND begin_ms < {day_ms:Int64} + 90000000
        UNION ALL
        SELECT s.identity, s.begin_ms, n.to_ip, s.dest_port, if(s.redirected = 1, 0, s.local_port), s.pod_uid, s.namespace, s.pod, n.chance, n.how
        FROM sighting AS s
        INNER JOIN
        (
            SELECT sighting AS of_sighting, dest_ip AS to_ip, chance, how FROM named_call WHERE cluster = {cluster:String} AND generation = {generation:UInt64}
        ) AS n ON n.of_sighting = s.identity
        WHERE s.cluster = {cluster:String} AND s.dest_ip = toIPv6('::') AND s.begin_ms >= {day_ms:Int64} AND s.begin_ms < {day_ms:Int64} + 86400000
    ),
    calls AS
    (
        SELECT s.sighting AS sighting, s.begin_ms AS at_ms, s.to_ip AS to_ip, s.to_port AS to_port, s.port AS port, s.chance AS chance, s.how AS how, p.pod_uid AS uid, p.node AS on_node
        FROM told AS s
        INNER JOIN pods AS p ON p.pod_uid = s.pod_uid
        WHERE s.pod_uid != ''
        UNION ALL
        SELECT s.sighting, s.begin_ms, s.to_ip, s.to_port, s.port, s.chance, s.how, p.pod_uid, p.node
        FROM told AS s
        INNER JOIN pods AS p ON p.namespace = s.namespace AND p.pod = s.pod
        WHERE s.pod_uid = '' AND s.pod != ''
    ),
    open_flows AS
    (
        SELECT
            *,
            arrayJoin(range(toUInt64(intDiv(node_ms - {slack_ms:Int64}, 60000)), toUInt64(least(
                intDiv(node_ms + last_ms - begin_ms + {slack_ms:Int64}, 60000), intDiv(node_ms, 60000) + 360)) + 1)) AS minute
        FROM graded
        -- Of what was summed up no sighting is the whole.
        WHERE grade > 0 AND observed_by != 4 AND said NOT IN ('exact by translation', 'node')
    ),
    pairs AS
    (
        SELECT
            sighting, uid, tuple, f.begin_ms AS begin_ms, f.dest_ip AS dest_ip, f.dest_port AS dest_port, f.protocol AS protocol, f.class AS class, f.cell AS cell,
            c.chance AS chance, c.how AS how,
            toUInt8(c.port != 0 AND c.port = f.src_port) AS is_port,
            max(is_port) OVER (PARTITION BY sighting) AS has_port
        FROM open_flows AS f
        INNER JOIN calls AS c ON c.on_node = f.grade_node AND c.to_ip = f.dest_ip AND c.to_port = f.dest_port AND toUInt64(intDiv(c.at_ms, 60000)) = f.minute
        WHERE c.at_ms >= f.node_ms - {slack_ms:Int64} AND c.at_ms <= f.node_ms + f.last_ms - f.begin_ms + {slack_ms:Int64}
    )
SELECT
    sighting, toLowCardinality(uid) AS uid, tuple, begin_ms, dest_ip, dest_port, protocol, class, cell, is_port AS by_port, chance, how
FROM pairs
WHERE is_port = has_port
ORDER BY dest_ip, dest_port, protocol, class, cell, tuple, begin_ms, sighting
