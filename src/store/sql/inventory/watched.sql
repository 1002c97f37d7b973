-- Stretches in which a watch of all namespaces missed no pod. One that never showed kube-system, or nothing else, watched something narrower.
-- One that goes on says how far it has come again and again: the longest counts.
SELECT DISTINCT from_ms, until_ms
FROM
(
    SELECT object, from_ms, max(until_ms) AS until_ms FROM {looks:Identifier}
    WHERE cluster = {cluster:String} AND of = 'pods' AND kind IN ('watch', 'watching')
    GROUP BY object, from_ms
)
WHERE object IN
    (
        SELECT object FROM {pods:Identifier} WHERE cluster = {cluster:String}
        GROUP BY object HAVING countIf(namespace = 'kube-system') > 0 AND uniqExact(namespace) > 1
    )
ORDER BY from_ms
