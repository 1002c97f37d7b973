-- All that was ever said about each pod and each of its addresses. 0: nobody said.
WITH
    seen AS (SELECT * EXCEPT (ips), arrayJoin(ips) AS ip FROM {pods:Identifier} WHERE cluster = {cluster:String}),
    node_ips AS
    (
        SELECT arrayJoin(ips) AS ip FROM {nodes:Identifier} WHERE cluster = {cluster:String}
        UNION DISTINCT
        SELECT arrayJoin(host_ips) AS ip FROM {pods:Identifier} WHERE cluster = {cluster:String}
        UNION DISTINCT
        -- Two living pods with one address in one sample share the node's.
        SELECT ip FROM seen WHERE event = 'listed' AND phase = 'Running' GROUP BY ip, at_ms, node HAVING uniqExact(uid) > 1
    ),
    -- One that goes on says how far it has come again and again: the longest counts.
    looks AS
    (
        SELECT object, groupArrayIf((from_ms, until_ms), kind = 'watch') AS over, groupArray((from_ms, until_ms)) AS spans
        FROM
        (
            SELECT object, kind, from_ms, max(until_ms) AS until_ms FROM {looks:Identifier}
            WHERE cluster = {cluster:String} AND of = 'pods' AND kind IN ('watch', 'watching')
            GROUP BY object, kind, from_ms
        )
        GROUP BY object
    ),
    per_object AS
    (
        SELECT
            uid, ip, object,
            argMax(s.namespace, s.at_ms) AS namespace, argMax(s.name, s.at_ms) AS name,
            argMax(s.node, (s.node != '', s.at_ms)) AS node,
            argMax(s.workload_kind, s.at_ms) AS workload_kind, argMax(s.workload_name, s.at_ms) AS workload_name,
            max(s.host_network = 1) AS on_host, min(s.host_network = 2) AS host_unknown,
            minIf(s.created_ms, s.created_ms > 0) AS created_ms,
            minIf(s.accepted_ms, s.accepted_ms > 0) AS accepted_ms,
            minIf(s.started_ms, s.started_ms > 0) AS started_ms,
            max(s.finished_ms) AS finished_ms,
            max(s.deletion_asked_ms) AS deletion_asked_ms,
            min(s.at_ms) AS first_seen_ms,
            maxIf(s.at_ms, s.event != 'deleted' AND s.finished_ms = 0 AND s.phase NOT IN ('Succeeded', 'Failed')) AS alive_ms,
            minIf(s.at_ms, s.event = 'deleted' OR s.finished_ms > 0 OR s.phase IN ('Succeeded', 'Failed')) AS gone_ms,
            max(s.event = 'deleted') AS deleted
        FROM seen AS s
        GROUP BY uid, ip, object
    ),
    histories AS
    (
        SELECT
            uid, ip,
            argMax(p.namespace, p.first_seen_ms) AS namespace, argMax(p.name, p.first_seen_ms) AS name, argMax(p.node, p.node != '') AS node,
            argMax(p.workload_kind, p.first_seen_ms) AS workload_kind, argMax(p.workload_name, p.first_seen_ms) AS workload_name,
            max(p.on_host) OR (min(p.host_unknown) AND ip IN (SELECT ip FROM node_ips)) AS host_network,
            minIf(p.created_ms, p.created_ms > 0) AS created_ms,
            minIf(p.accepted_ms, p.accepted_ms > 0) AS accepted_ms,
            minIf(p.started_ms, p.started_ms > 0) AS started_ms,
            max(p.finished_ms) AS finished_ms,
            max(p.deletion_asked_ms) AS deletion_asked_ms,
            min(p.first_seen_ms) AS first_seen_ms,
            -- A watch that reported no deletion saw the pod live on until the watch ended, or until now.
            max(if(p.gone_ms > 0 OR p.alive_ms = 0, p.alive_ms,
                arrayMax(arrayPushBack(arrayMap(s -> s.2, arrayFilter(s -> s.1 <= p.alive_ms AND p.alive_ms <= s.2, l.over)), p.alive_ms)))) AS told_alive_ms,
            max(if(p.gone_ms > 0 OR p.alive_ms = 0, p.alive_ms,
                arrayMax(arrayPushBack(arrayMap(s -> s.2, arrayFilter(s -> s.1 <= p.alive_ms AND p.alive_ms <= s.2, l.spans)), p.alive_ms)))) AS watched_ms,
            minIf(p.gone_ms, p.gone_ms > 0) AS gone_ms,
            max(p.deleted) AS deleted
        FROM per_object AS p
        LEFT JOIN looks AS l ON l.object = p.object
        GROUP BY uid, ip
    ),
    -- A look whose time is known that shows other pods of the namespace, or kube-system's, which always has some, would have shown it.
    complete AS
    (
        SELECT namespace, at_ms FROM {pods:Identifier}
        WHERE cluster = {cluster:String} AND event = 'listed'
            AND at_ms IN (SELECT from_ms FROM {looks:Identifier} WHERE cluster = {cluster:String} AND of = 'pods' AND kind = 'sample')
        GROUP BY namespace, at_ms
    )
SELECT
    h.* EXCEPT (told_alive_ms, watched_ms),
    arrayMin(arrayConcat(
        [{open_ms:Int64}],
        arrayFilter(at -> at > h.watched_ms, n.looks),
        arrayFilter(at -> at > h.watched_ms, (SELECT groupArray(at_ms) FROM complete WHERE namespace = 'kube-system')))) AS absent_ms,
    -- While a watch goes on, that an address is held by one alone says what the lease would; else each lease would change with each minute.
    if(absent_ms < {open_ms:Int64}, h.watched_ms, h.told_alive_ms) AS alive_ms
FROM histories AS h
LEFT JOIN (SELECT namespace, groupArray(at_ms) AS looks FROM complete GROUP BY namespace) AS n ON n.namespace = h.namespace
