-- The blocks that pods get their addresses from: first and last address of each.
SELECT DISTINCT f AS first, l AS last
FROM node_seen
ARRAY JOIN pod_cidr_first AS f, pod_cidr_last AS l
WHERE cluster = {cluster:String}
ORDER BY f, l
