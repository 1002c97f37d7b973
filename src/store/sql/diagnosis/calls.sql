-- What applications told of calls of theirs: one row for each pod, destination and way to end. How long the pod had been silent towards the destination counts from
-- what it told before.
SELECT
    pod_uid, namespace, pod, any(node) AS on_node, dest_ip, dest_port, dest_host, is_error, result,
    sum(times) AS calls, min(begin_ms) AS first_ms, max(begin_ms) AS last_ms,
    ifNotFinite(quantileExactIf(0.5)(until_ms - begin_ms, kind != 'log'), 0) AS took_ms,
    countIf(kind != 'log') AS spans,
    ifNotFinite(quantileExactIf(0.5)(begin_ms - before_ms, before_ms > 0), -1) AS silent_ms,
    anyIf(text, text != '') AS says
FROM
(
    SELECT *, status = 'error' AS is_error, lagInFrame(until_ms) OVER (PARTITION BY pod_uid, namespace, pod, dest_ip, dest_port, dest_host ORDER BY begin_ms) AS before_ms
    FROM sighting
    WHERE cluster = {cluster:String} AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} AND kind IN ('client', 'producer', 'consumer', 'log', 'network')
)
GROUP BY pod_uid, namespace, pod, dest_ip, dest_port, dest_host, is_error, result
ORDER BY is_error DESC, calls DESC, pod_uid, namespace, pod, dest_ip, dest_port, dest_host, result
LIMIT {limit:UInt32}
