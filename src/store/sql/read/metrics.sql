-- Metrics of an interval, one row a resource, metric and combination of dimensions: platform metrics of Azure, and what kernels of nodes count.
-- Of what is told as average and as maximum the larger one is the peak, and the average is the last.
-- A recording that nobody said the node of is, as in sources.sql, of the node that has the addresses it speaks for; copies of it count once.
WITH
    tellers AS
    (
        SELECT t.object AS object, max(if(t.node != '', t.node, n.node)) AS node
        FROM (SELECT DISTINCT object, ip, node FROM conntrack_teller WHERE cluster = {cluster:String}) AS t
        LEFT JOIN (SELECT ip, any(node) AS node FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} GROUP BY ip) AS n ON n.ip = t.ip
        GROUP BY object
    )
SELECT
    resource, metric, dimensions,
    max(value) AS peak, argMax(at_ms, value) AS peak_ms,
    argMax(value, (at_ms, aggregation != 'maximum')) AS last, max(at_ms) AS last_ms,
    sumIf(value, aggregation = 'total') AS total
FROM
(
    SELECT DISTINCT
        if(m.resource = concat('nodes/', m.object) AND t.node != '', concat('nodes/', t.node), toString(m.resource)) AS resource,
        m.metric AS metric, m.aggregation AS aggregation, m.dimensions AS dimensions, m.at_ms AS at_ms, m.interval_ms AS interval_ms, m.value AS value
    FROM
    (
        SELECT resource, metric, aggregation, dimensions, at_ms, interval_ms, value, object
        FROM metric_sample FINAL
        WHERE cluster = {cluster:String} AND at_ms >= {from_ms:Int64} - {grain_ms:Int64} AND at_ms < {until_ms:Int64}
            AND (interval_ms = 0 OR at_ms + interval_ms > {from_ms:Int64})
            AND metric IN {metrics:Array(String)} AND aggregation IN ('average', 'maximum', 'total')
    ) AS m
    LEFT JOIN tellers AS t ON t.object = m.object
)
GROUP BY resource, metric, dimensions
ORDER BY resource, metric, dimensions
