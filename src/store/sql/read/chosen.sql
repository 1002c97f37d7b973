-- The flows that pass the filters and were alive in the interval, as their current generation has them.
-- The beginning of flows.sql, who.sql and coverage.sql, which ask something of `chosen`.
WITH
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY pod_uid
    ),
    pods_by_node AS
    (
        SELECT node, arraySort(groupArray((pod_uid, may_from_ms, may_until_ms))) AS pods
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY node
    ),
    chosen AS
    (
        SELECT
            f.*,
            -- A verdict among all pods of a node names none: they are looked up as they were then.
            f.verdict = 'ambiguous' AND empty(f.pod_uids) AS among,
            if(among, arrayDistinct(arrayMap(p -> p.1, arrayFilter(p -> p.2 <= f.last_ms AND f.begin_ms < p.3, there.pods))), f.pod_uids) AS uids
        FROM flow AS f
        LEFT JOIN pods_by_node AS there ON there.node = f.node
        WHERE f.cluster = {cluster:String}
            AND (f.shard, f.hour_ms, f.generation) IN
                (SELECT shard, hour_ms, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms)
            AND f.begin_ms < {until_ms:Int64} AND f.last_ms >= {from_ms:Int64}
            AND f.hour_ms >= {from_ms:Int64} - 3600000
            AND (empty({dest_first:Array(IPv6)}) OR arrayExists((a, b) -> f.dest_ip BETWEEN a AND b, {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}))
            AND (empty({src_first:Array(IPv6)}) OR arrayExists((a, b) -> f.src_ip BETWEEN a AND b, {src_first:Array(IPv6)}, {src_last:Array(IPv6)}))
            AND (empty({dest_ports:Array(UInt16)}) OR has({dest_ports:Array(UInt16)}, f.dest_port))
            AND (empty({src_ports:Array(UInt16)}) OR has({src_ports:Array(UInt16)}, f.src_port))
            AND (empty({protocols:Array(UInt8)}) OR has({protocols:Array(UInt8)}, f.protocol))
            AND (empty({verdicts:Array(String)}) OR has({verdicts:Array(String)}, toString(f.verdict)))
            AND (empty({nodes:Array(String)}) OR has({nodes:Array(String)}, f.node))
            AND ({tuple:UInt64} = 0 OR f.tuple = {tuple:UInt64})
            AND ((empty({namespaces:Array(String)}) AND empty({workloads:Array(String)})) OR hasAny(uids,
                (SELECT groupArray(pod_uid) FROM pods
                 WHERE (empty({namespaces:Array(String)}) OR has({namespaces:Array(String)}, namespace))
                    AND (empty({workloads:Array(String)}) OR hasAny({workloads:Array(String)},
                        [workload_name, pod, concat(namespace, '/', workload_name), concat(namespace, '/', pod), concat(lower(workload_kind), '/', workload_name), concat('pod/', pod)])))))
    )
