-- How right the rates were on flows whose translation was hidden from them, over the days up to the newest: by slice and tenth of confidence.
SELECT slice, bin, sum(h.flows) AS flows, sum(h.confidence) AS confidence, sum(h.right) AS right
FROM hidden_flow AS h
WHERE cluster = {cluster:String} AND generation IN
(
    SELECT max(generation) FROM grade_current
    WHERE cluster = {cluster:String}
        AND day_ms > (SELECT max(day_ms) FROM grade_current WHERE cluster = {cluster:String}) - {days:UInt16} * 86400000
    GROUP BY day_ms
)
GROUP BY slice, bin
ORDER BY slice, bin
