-- Whether a row with a namespace, a pod and its uid is of what is purged.
(
    (cluster, pod_uid) IN (SELECT cluster, name FROM purge_name WHERE what = 'uid')
    OR (cluster, namespace) IN (SELECT cluster, name FROM purge_name WHERE what = 'namespace')
    OR (cluster, concat(namespace, '/', pod)) IN (SELECT cluster, name FROM purge_name WHERE what = 'pod')
)
