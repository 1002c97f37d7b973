-- Events that are new, or were told of before with less: fewer times, or as often and until earlier. Of several in one write the one that tells most.
INSERT INTO kubernetes_event
    (cluster, identity, uid, reason, type, kind, namespace, name, node, message, count, first_ms, last_ms, component, object, write)
SELECT
    {cluster:String}, identity, uid, reason, type, kind, namespace, name, node, message, count, first_ms, last_ms, component, {object:String}, {write:UInt64}
FROM {staged:Identifier} AS s
LEFT JOIN
(
    SELECT identity AS stored, count AS stored_count, last_ms AS stored_ms
    FROM kubernetes_event FINAL
    WHERE cluster = {cluster:String} AND identity IN (SELECT identity FROM {staged:Identifier})
) AS k ON k.stored = s.identity
WHERE (count, last_ms) > (stored_count, stored_ms)
ORDER BY identity, count DESC, last_ms DESC
LIMIT 1 BY identity
