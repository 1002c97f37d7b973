-- What stands in the place of pods that were purged.
SELECT
    cluster,
    uid,
    argMax(s.namespace, s.at_ms) AS namespace,
    argMax(s.name, s.at_ms) AS name,
    argMax(s.workload_name, s.at_ms) AS workload
FROM pod_seen AS s
WHERE startsWith(uid, 'purged-')
GROUP BY cluster, uid
