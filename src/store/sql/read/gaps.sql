-- What was said to be missing. Objects of a node's agent stand under the name of the node.
SELECT DISTINCT source, node, if(match(object, '^conntrack/[^/]+/[0-9]+$'), splitByChar('/', object)[2], object) AS object, from_ms, until_ms, why
FROM gap WHERE cluster = {cluster:String}
ORDER BY from_ms, source, node
