-- Requests that spans and lines of logs tell of, by pod and destination. A client span below another one to the same destination is the same request. A call that
-- tells a name alone counts by how probable it is that it went there. `requests`: with those that were not recorded, where the spans say which share was.
WITH
{include grading/pods-told},
    told AS
    (
        SELECT identity, kind, begin_ms, until_ms, dest_ip AS to_ip, dest_port AS to_port, pod_uid AS told_uid, namespace AS told_space, pod AS told_pod, trace_id, span_id, parent_span_id,
            ids, probability, times, toFloat64(1) AS chance
        FROM sighting
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log') AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} AND dest_ip IN {p_dest:Array(IPv6)}
        UNION ALL
        SELECT identity, kind, begin_ms, until_ms, n.to_ip, dest_port, pod_uid, namespace, pod, trace_id, span_id, parent_span_id, ids, probability, times, n.chance
        FROM sighting
        INNER JOIN
        (
            SELECT sighting AS of_sighting, dest_ip AS to_ip, chance
            FROM named_call
            WHERE cluster = {cluster:String} AND dest_ip IN {p_dest:Array(IPv6)}
                AND generation IN (SELECT max(generation) FROM grade_current WHERE cluster = {cluster:String} GROUP BY day_ms)
        ) AS n ON n.of_sighting = identity
        WHERE cluster = {cluster:String} AND kind IN ('client', 'log') AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} AND dest_ip = toIPv6('::')
    ),
    once AS
    (
        SELECT *
        FROM told
        WHERE kind = 'log' OR parent_span_id = '' OR (trace_id, parent_span_id, to_ip, to_port) NOT IN (SELECT trace_id, span_id, to_ip, to_port FROM told WHERE kind = 'client')
    ),
    whose AS
    (
        SELECT o.*, p.pod_uid AS uid FROM once AS o INNER JOIN pods AS p ON p.pod_uid = o.told_uid
        UNION ALL
        SELECT o.*, p.pod_uid AS uid FROM once AS o INNER JOIN pods AS p ON p.namespace = o.told_space AND p.pod = o.told_pod WHERE o.told_uid = ''
    )
SELECT
    uid, to_ip, to_port,
    sumIf(times * chance, kind = 'client') AS spans,
    sumIf(times * chance / if(probability > 0, probability, 1), kind = 'client') AS requests,
    sumIf(times * chance, kind = 'client' AND probability = 0) AS unsampled,
    ifNotFinite(sumIf((until_ms - begin_ms) * times * chance, kind = 'client') / spans, 0) AS mean_ms,
    sumIf(times * chance, kind = 'log') AS lines,
    uniqExactIf(if(notEmpty(ids), ids[1], if(trace_id != '', trace_id, toString(identity))), kind = 'log') AS different_ids
FROM whose
GROUP BY uid, to_ip, to_port
ORDER BY uid, to_ip, to_port
