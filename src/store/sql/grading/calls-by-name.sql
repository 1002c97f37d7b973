-- Calls that tell no more of their destination than its name and port, with the node that they came from, and the addresses that flows of that
-- node went to just then. `by_chance`: the part of that hour in which there was such a flow, at most 1. A CTE of others.
{include grading/pods-told},
    named AS
    (
        SELECT identity AS sighting, begin_ms AS at_ms, lower(trimRight(dest_host, '.')) AS host, dest_port AS port, protocol AS by_protocol, pod_uid AS told_uid, namespace AS told_namespace, pod AS told_pod
        FROM sighting
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log', 'network') AND dest_ip = toIPv6('::') AND dest_host != '' AND dest_port != 0
            AND begin_ms >= {day_ms:Int64} AND begin_ms < {day_ms:Int64} + 86400000
    ),
    by_name AS
    (
        SELECT n.sighting AS sighting, n.at_ms AS at_ms, n.host AS host, n.port AS port, n.by_protocol AS by_protocol, p.node AS on_node
        FROM named AS n INNER JOIN pods AS p ON p.pod_uid = n.told_uid
        UNION ALL
        SELECT n.sighting, n.at_ms, n.host, n.port, n.by_protocol, p.node
        FROM named AS n INNER JOIN pods AS p ON p.namespace = n.told_namespace AND p.pod = n.told_pod
        WHERE n.told_uid = ''
    ),
    there AS
    (
        SELECT grade_node, dest_ip, dest_port, protocol, node_ms - {slack_ms:Int64} AS from_ms, node_ms + last_ms - begin_ms + {slack_ms:Int64} AS until_ms
        FROM asked
        WHERE observed_by != 4 AND said NOT IN ('exact by translation', 'node') AND dest_port IN (SELECT port FROM by_name)
    ),
    covered AS
    (
        SELECT
            grade_node, dest_ip, dest_port,
            arrayJoin(range(toUInt64(intDiv(from_ms, 3600000)), toUInt64(least(intDiv(until_ms, 3600000), intDiv(from_ms, 3600000) + 48)) + 1)) AS hour,
            least(1, sum(least(until_ms, toInt64(hour + 1) * 3600000) - greatest(from_ms, toInt64(hour) * 3600000)) / 3600000) AS by_chance
        FROM there
        GROUP BY grade_node, dest_ip, dest_port, hour
    ),
    minutes AS
    (
        SELECT *, arrayJoin(range(toUInt64(intDiv(from_ms, 60000)), toUInt64(least(intDiv(until_ms, 60000), intDiv(from_ms, 60000) + 360)) + 1)) AS minute
        FROM there
    ),
    met AS
    (
        SELECT DISTINCT c.sighting AS sighting, c.host AS host, c.port AS port, c.on_node AS on_node, toUInt64(intDiv(c.at_ms, 3600000)) AS hour, m.dest_ip AS dest_ip
        FROM minutes AS m
        INNER JOIN by_name AS c ON c.on_node = m.grade_node AND c.port = m.dest_port AND toUInt64(intDiv(c.at_ms, 60000)) = m.minute
        WHERE c.at_ms >= m.from_ms AND c.at_ms <= m.until_ms AND (c.by_protocol = 0 OR c.by_protocol = m.protocol)
    ),
    may_be AS
    (
        SELECT m.sighting AS sighting, m.host AS host, m.port AS port, m.dest_ip AS dest_ip, greatest(v.by_chance, 0.005) AS by_chance
        FROM met AS m
        INNER JOIN covered AS v ON v.grade_node = m.on_node AND v.dest_ip = m.dest_ip AND v.dest_port = m.port AND v.hour = m.hour
    )
