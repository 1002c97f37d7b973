-- Which untranslated flows each sighting of a call may be of: on its pod's node, to its destination, alive then. Sightings find flows by the
-- minute, as the engine joins by equality; a flow that is longer is found by its first hours. `by_port`: the port that the application told
-- is the flow's; where a sighting has such a flow it is of no other.
WITH
    grades AS (SELECT {day_ms:Int64} AS day_ms, {generation:UInt64} AS grade),
{include grading/day-flows},
{include read/graded},
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(node) AS node
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY pod_uid
    ),
    calls AS
    (
        SELECT s.identity AS sighting, s.begin_ms AS at_ms, s.dest_ip AS to_ip, s.dest_port AS to_port, if(s.redirected = 1, 0, s.local_port) AS port, p.pod_uid AS uid, p.node AS on_node
        FROM sighting AS s
        INNER JOIN pods AS p ON p.pod_uid = s.pod_uid
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND s.dest_ip != toIPv6('::') AND s.pod_uid != ''
            AND s.begin_ms >= {day_ms:Int64} - 3600000 AND s.begin_ms < {day_ms:Int64} + 90000000
        UNION ALL
        SELECT s.identity, s.begin_ms, s.dest_ip, s.dest_port, if(s.redirected = 1, 0, s.local_port), p.pod_uid, p.node
        FROM sighting AS s
        INNER JOIN pods AS p ON p.namespace = s.namespace AND p.pod = s.pod
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND s.dest_ip != toIPv6('::') AND s.pod_uid = '' AND s.pod != ''
            AND s.begin_ms >= {day_ms:Int64} - 3600000 AND s.begin_ms < {day_ms:Int64} + 90000000
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
            toUInt8(c.port != 0 AND c.port = f.src_port) AS is_port,
            max(is_port) OVER (PARTITION BY sighting) AS has_port
        FROM open_flows AS f
        INNER JOIN calls AS c ON c.on_node = f.grade_node AND c.to_ip = f.dest_ip AND c.to_port = f.dest_port AND toUInt64(intDiv(c.at_ms, 60000)) = f.minute
        WHERE c.at_ms >= f.node_ms - {slack_ms:Int64} AND c.at_ms <= f.node_ms + f.last_ms - f.begin_ms + {slack_ms:Int64}
    )
SELECT
    sighting, toLowCardinality(uid) AS uid, tuple, begin_ms, dest_ip, dest_port, protocol, class, cell, is_port AS by_port
FROM pairs
WHERE is_port = has_port
ORDER BY dest_ip, dest_port, protocol, class, cell, tuple, begin_ms, sighting
