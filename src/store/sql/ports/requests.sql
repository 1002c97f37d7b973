-- Requests that spans and lines of logs tell of, by pod and destination. A client span below another one of the pod to the same destination is the same request. A call that
-- tells a name alone counts where its pod had connections to one address only at that port, and the name is none of the cluster's. `requests`: with those that
-- were not recorded, where the spans say which share was.
WITH
{include grading/pods-told},
    calls AS
    (
        SELECT identity, kind, begin_ms, until_ms, dest_ip, dest_port, pod_uid AS told_uid, namespace AS told_space, pod AS told_pod, trace_id, span_id, parent_span_id, ids,
            probability, times
        FROM sighting
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log') AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64}
            AND (dest_ip IN {p_dest:Array(IPv6)} OR (dest_ip = toIPv6('::') AND dest_port IN {p_port:Array(UInt16)}
                AND position(dest_host, '.') > 0 AND NOT match(lower(trimRight(dest_host, '.')), '\\.(svc|local|internal)$')))
    ),
    whose AS
    (
        SELECT c.*, p.pod_uid AS uid FROM calls AS c INNER JOIN pods AS p ON p.pod_uid = c.told_uid
        UNION ALL
        SELECT c.*, p.pod_uid AS uid FROM calls AS c INNER JOIN pods AS p ON p.namespace = c.told_space AND p.pod = c.told_pod WHERE c.told_uid = ''
    ),
    alone AS
    (
        SELECT uid AS of_uid, dest_port AS at_port, any(dest_ip) AS only_ip
        FROM {include ports/held}
        WHERE uid != ''
        GROUP BY uid, dest_port
        HAVING uniqExact(dest_ip) = 1
    ),
    placed AS
    (
        SELECT w.*, if(w.dest_ip = toIPv6('::'), a.only_ip, w.dest_ip) AS to_ip
        FROM whose AS w
        LEFT JOIN alone AS a ON a.of_uid = w.uid AND a.at_port = w.dest_port
    )
SELECT
    uid, to_ip, dest_port AS to_port,
    sumIf(times, kind = 'client') AS spans,
    sumIf(times / if(probability > 0, probability, 1), kind = 'client') AS requests,
    sumIf(times, kind = 'client' AND probability = 0) AS unsampled,
    ifNotFinite(sumIf((until_ms - begin_ms) * times, kind = 'client') / spans, 0) AS mean_ms,
    sumIf(times, kind = 'log') AS lines,
    uniqExactIf(if(notEmpty(ids), ids[1], if(trace_id != '', trace_id, toString(identity))), kind = 'log') AS different_ids
FROM placed
WHERE to_ip IN {p_dest:Array(IPv6)}
    AND (kind = 'log' OR parent_span_id = '' OR (uid, trace_id, parent_span_id, to_ip, dest_port) NOT IN (SELECT uid, trace_id, span_id, to_ip, dest_port FROM placed WHERE kind = 'client'))
GROUP BY uid, to_ip, to_port
ORDER BY uid, to_ip, to_port
