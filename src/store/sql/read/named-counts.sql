-- What became of the sightings that told only the name of their destination, by format, of the days' grades in force.
SELECT format, sum(told) AS told, sum(learned) AS learned, sum(unknown) AS unknown
FROM named_total
WHERE cluster = {cluster:String}
    AND generation IN (SELECT max(generation) FROM grade_current WHERE cluster = {cluster:String} GROUP BY day_ms)
GROUP BY format
