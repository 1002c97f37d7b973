-- Events that happened at some moment of the interval, or before and after it; the newest are kept. A line that ends in `-- if` and a
-- parameter is left out where that is empty.
SELECT uid, reason, type, kind, namespace, name, node, message, count, first_ms, last_ms, component
FROM kubernetes_event FINAL
WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64} AND first_ms < {until_ms:Int64}
    AND namespace IN {namespaces:Array(String)} -- if namespaces
ORDER BY last_ms DESC, identity DESC
LIMIT {limit:UInt64}
