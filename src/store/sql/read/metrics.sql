-- Platform metrics of an interval, one row a resource, metric and combination of dimensions. Of what is told as average and as maximum the larger one is the peak.
SELECT
    resource, metric, dimensions,
    max(value) AS peak, argMax(at_ms, value) AS peak_ms,
    argMaxIf(value, at_ms, aggregation != 'maximum') AS last, max(at_ms) AS last_ms,
    sumIf(value, aggregation = 'total') AS total
FROM metric_sample FINAL
WHERE cluster = {cluster:String} AND at_ms >= {from_ms:Int64} - {grain_ms:Int64} AND at_ms < {until_ms:Int64}
    AND metric IN {metrics:Array(String)} AND aggregation IN ('average', 'maximum', 'total')
GROUP BY resource, metric, dimensions
ORDER BY resource, metric, dimensions
