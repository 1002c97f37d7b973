AND (namespace IN {namespaces:Array(String)} -- if namespaces
    OR (namespace = '' AND pod_uid IN (SELECT pod_uid FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND namespace IN {namespaces:Array(String)}))) -- if namespaces
