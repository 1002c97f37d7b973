-- What applications told of calls of theirs: one row for each pod, destination and way to end; and how many of them were made by or to a pod while it ended.
-- A name goes with the addresses that any call tells for it.
SELECT
    pod_uid, namespace, pod, any(node) AS on_node, dest_ip, dest_port, dest_host, is_error, result,
    sum(times) AS calls, min(begin_ms) AS first_ms, max(begin_ms) AS last_ms,
    sumIf(times, is_ending) AS ending,
    ifNotFinite(quantileExactIf(0.5)(until_ms - begin_ms, kind != 'log'), 0) AS took_ms,
    countIf(kind != 'log') AS spans,
    anyIf(text, text != '') AS says
FROM
(
    SELECT s.*, s.status = 'error' AS is_error,
        (p.uid != '' AND s.begin_ms BETWEEN p.ended_from_ms - {ending_ms:Int64} AND p.ended_until_ms + {ending_ms:Int64})
            OR arrayExists(x -> s.begin_ms BETWEEN x.1 - {ending_ms:Int64} AND x.2 + {ending_ms:Int64}, d.ends) AS is_ending
    FROM sighting AS s
    LEFT JOIN (SELECT uid, from_ms AS ended_from_ms, until_ms AS ended_until_ms FROM {include diagnosis/ended}) AS p ON p.uid = s.pod_uid
    LEFT JOIN
    (
        SELECT ip, groupArray((from_ms, until_ms)) AS ends FROM {include diagnosis/ended} ARRAY JOIN ips AS ip GROUP BY ip
    ) AS d ON d.ip = s.dest_ip
    WHERE s.cluster = {cluster:String} AND s.begin_ms >= {from_ms:Int64} AND s.begin_ms < {until_ms:Int64} AND s.kind IN ('client', 'producer', 'consumer', 'log', 'network')
        AND arrayExists((a, b, p) -> (s.dest_ip BETWEEN a AND b OR s.dest_ip = toIPv6('::')) AND (p = -1 OR p = s.dest_port OR s.dest_port = 0), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_first
        AND (s.dest_ip != toIPv6('::') OR s.dest_host NOT IN {include diagnosis/hosts-elsewhere}) -- if dest_first
        AND (has({dest_ports:Array(UInt16)}, s.dest_port) OR s.dest_port = 0) -- if dest_ports
        AND has({nodes:Array(String)}, s.node) -- if nodes
)
GROUP BY pod_uid, namespace, pod, dest_ip, dest_port, dest_host, is_error, result
ORDER BY is_error DESC, calls DESC, pod_uid, namespace, pod, dest_ip, dest_port, dest_host, result
LIMIT {limit:UInt32}
