-- The same of an event of Kubernetes.
(
    (cluster, namespace) IN (SELECT cluster, name FROM purge_name WHERE what = 'namespace')
    OR (kind = 'Namespace' AND (cluster, name) IN (SELECT cluster, name FROM purge_name WHERE what = 'namespace'))
    OR (cluster, concat(namespace, '/', name)) IN (SELECT cluster, name FROM purge_name WHERE what = 'pod')
)
