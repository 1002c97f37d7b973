SELECT DISTINCT source, node, object, from_ms, until_ms, why FROM gap WHERE cluster = {cluster:String} ORDER BY from_ms, source, node
