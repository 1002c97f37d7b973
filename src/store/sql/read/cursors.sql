-- Up to where the objects of a source were read whose hours lie in `[from_ms, until_ms)`.
SELECT object, position FROM cursor FINAL
WHERE cluster = {cluster:String} AND source = {source:String} AND at_ms >= {from_ms:Int64} AND at_ms < {until_ms:Int64}
