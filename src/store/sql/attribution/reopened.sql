-- What the windows add up to whose answer this generation changed.
SELECT count() AS windows, sum(r.flows) AS flows, sum(r.moved) AS moved, sum(r.gone) AS gone
FROM window_reopened AS r
WHERE r.cluster = {cluster:String} AND r.generation = {generation:UInt64} AND r.moved + r.gone > 0
