-- The pods that a sighting may be of, by what it tells of them. A CTE of others.
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(node) AS node
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY pod_uid
    )
