-- What has arrived, by source: rows, rejects, first and last time told.
WITH
    told AS
    (
        SELECT if(log < 3, 'flow log', 'Azure Firewall') AS name, if(log < 3, 'flow-log', 'firewall') AS kind, count() + countIf(begun_ago_ms >= 0) AS rows, min(first_ms) AS first_ms, max(at_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM flow_record WHERE cluster = {cluster:String} GROUP BY name, kind
        UNION ALL
        SELECT concat('conntrack ', if(t.node != '', t.node, if(match(e.object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', e.object)[2], e.object))) AS name, 'conntrack' AS kind, sum(e.rows) AS rows, min(e.first_ms) AS first_ms,
            max(e.last_ms) AS last_ms, groupUniqArrayArray(t.ips) AS ips
        FROM
        (
            SELECT object, count() + countIf(new_ago_ms >= 0) AS rows, min(first_ms) AS first_ms, max(at_ms) AS last_ms FROM conntrack_event WHERE cluster = {cluster:String} GROUP BY object
            UNION ALL
            -- Who listened and heard nothing is complete all the same.
            SELECT object, 0 AS rows, min(from_ms) AS first_ms, max(until_ms) AS last_ms FROM inventory_look WHERE cluster = {cluster:String} AND of = 'conntrack' GROUP BY object
        ) AS e
        LEFT JOIN
        (
            SELECT t.object AS object, max(if(t.node != '', t.node, n.node)) AS node, groupUniqArray(t.ip) AS ips
            FROM (SELECT DISTINCT object, ip, node FROM conntrack_teller WHERE cluster = {cluster:String}) AS t
            LEFT JOIN (SELECT ip, any(node) AS node FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} GROUP BY ip) AS n ON n.ip = t.ip
            GROUP BY object
        ) AS t ON t.object = e.object
        GROUP BY name
        UNION ALL
        SELECT 'pods' AS name, 'inventory' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM pod_seen WHERE cluster = {cluster:String}
        UNION ALL
        SELECT 'nodes' AS name, 'inventory' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM node_seen WHERE cluster = {cluster:String}
        UNION ALL
        SELECT 'events' AS name, 'event' AS kind, count() AS rows, min(first_ms) AS first_ms, max(last_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM kubernetes_event FINAL WHERE cluster = {cluster:String}
        UNION ALL
        SELECT 'Traffic Analytics' AS name, 'flow-aggregate' AS kind, count() AS rows, min(from_ms) AS first_ms, max(until_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM flow_aggregate FINAL WHERE cluster = {cluster:String}
        UNION ALL
        SELECT 'Azure metrics' AS name, 'metric' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms + interval_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM metric_sample FINAL WHERE cluster = {cluster:String} AND NOT startsWith(resource, 'nodes/')
        UNION ALL
        SELECT 'kernel counters' AS name, 'counters' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms + interval_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM metric_sample FINAL WHERE cluster = {cluster:String} AND startsWith(resource, 'nodes/')
        UNION ALL
        -- Documents of Azure have no time.
        SELECT 'Azure resources' AS name, 'network' AS kind, count() AS rows, 0 AS first_ms, 0 AS last_ms, [toIPv6('::')] AS ips
        FROM azure_resource FINAL WHERE cluster = {cluster:String}
        UNION ALL
        SELECT 'container logs' AS name, 'log' AS kind, count() AS rows, min(at_ms) AS first_ms, max(at_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM log_line FINAL WHERE cluster = {cluster:String}
        UNION ALL
        SELECT multiIf(format = 'otlp', 'OTLP', format = 'ContainerLogV2', 'container logs with ids', toString(format)) AS name, 'sighting' AS kind,
            count() AS rows, min(begin_ms) AS first_ms, max(begin_ms) AS last_ms, [toIPv6('::')] AS ips
        FROM sighting WHERE cluster = {cluster:String} GROUP BY format
    )
SELECT t.name AS name, t.kind AS kind, t.rows AS rows,
    -- Rows of Traffic Analytics of which something else tells: those that are no flow. Where there are none the flows are not read.
    if(t.kind = 'flow-aggregate', toInt64(t.rows) - (
        SELECT toInt64(count()) FROM flow
        WHERE cluster = {cluster:String} AND observed_by = 4 AND (SELECT count() FROM flow_aggregate WHERE cluster = {cluster:String}) > 0
            AND (shard, hour_ms, tick, generation) IN (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
    ), 0) AS told_otherwise, t.first_ms AS first_ms, t.last_ms AS last_ms,
    c.offset_ms AS offset_ms, c.uncertainty_ms AS uncertainty_ms, c.pairs AS pairs
FROM told AS t
LEFT JOIN
(
    SELECT ip, offset_ms, uncertainty_ms, pairs FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
) AS c ON c.ip = arrayFirst(x -> x IN (SELECT ip FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}), t.ips)
WHERE t.rows > 0 OR (t.kind = 'conntrack' AND t.last_ms > 0)
ORDER BY kind, name
