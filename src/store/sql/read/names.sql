-- Every name that was told, as it was told.
SELECT DISTINCT cluster, namespace, workload_name AS workload, name AS pod, node FROM pod_seen
UNION DISTINCT
SELECT DISTINCT cluster, '', '', '', name FROM node_seen
UNION DISTINCT
SELECT DISTINCT cluster, namespace, workload_name, pod, '' FROM settled_pod
UNION DISTINCT
SELECT DISTINCT cluster, '', '', '', '' FROM write_log
