AND hasAny(uids, -- if namespaces workloads
            (SELECT groupArray(pod_uid) FROM pods -- if namespaces workloads
             WHERE (empty({namespaces:Array(String)}) OR has({namespaces:Array(String)}, namespace)) -- if namespaces workloads
                AND (empty({workloads:Array(String)}) OR hasAny({workloads:Array(String)}, -- if namespaces workloads
                    [workload_name, pod, concat(namespace, '/', workload_name), concat(namespace, '/', pod), concat(lower(workload_kind), '/', workload_name), concat('pod/', pod)])))) -- if namespaces workloads
