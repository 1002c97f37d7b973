ALTER TABLE {table:Identifier} DELETE
WHERE cluster = {cluster:String}
    AND generation NOT IN
        (SELECT max(generation) FROM grade_current WHERE cluster = {cluster:String} GROUP BY day_ms)
SETTINGS mutations_sync = 1
