-- Events of Kubernetes in the shape of KubeEvents: each once, as it was told last.
SELECT
    (last_ms + 62135596800000) * 10000 AS TimeGenerated,
    {cluster:String} AS ClusterName,
    toString(kind) AS ObjectKind,
    toString(namespace) AS Namespace,
    name AS Name,
    toString(reason) AS Reason,
    message AS Message,
    toString(type) AS KubeEventType,
    toString(component) AS SourceComponent,
    (first_ms + 62135596800000) * 10000 AS FirstSeen,
    (last_ms + 62135596800000) * 10000 AS LastSeen,
    toFloat64(count) AS Count,
    'KubeEvents' AS Type
FROM kubernetes_event FINAL
WHERE cluster = {cluster:String}
