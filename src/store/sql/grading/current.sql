SELECT day_ms, max(g.generation) AS generation, argMax(g.basis, g.generation) AS basis
FROM grade_current AS g
WHERE cluster = {cluster:String}
GROUP BY day_ms
