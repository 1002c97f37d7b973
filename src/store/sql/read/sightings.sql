-- The sightings that carry one of the ids, oldest first; without ids the newest of all. A line that ends in `-- if` and a parameter is
-- left out where that is empty.
SELECT
    kind, begin_ms, begin_ns, until_ms, pod_uid, namespace, pod, node, pod_ip, container, service,
    dest_ip, dest_port, dest_host, protocol, local_ip, local_port, client_ip, client_port,
    trace_id, span_id, parent_span_id, ids, text, status, result, probability, redirected, times, format, object
FROM sighting
WHERE cluster = {cluster:String} AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64}
    AND has({kinds:Array(String)}, toString(kind)) -- if kinds
    AND (begin_ms, identity) IN (SELECT begin_ms, identity FROM sighting_id WHERE cluster = {cluster:String} AND id IN {ids:Array(String)}) -- if ids
    AND intDiv(begin_ms, 3600000) IN (SELECT intDiv(begin_ms, 3600000) FROM sighting_id WHERE cluster = {cluster:String} AND id IN {ids:Array(String)}) -- if ids
{include read/of-namespaces}
ORDER BY begin_ms DESC, begin_ns DESC, identity -- if newest
ORDER BY begin_ms, begin_ns, identity -- if ids
LIMIT {limit:UInt64}
