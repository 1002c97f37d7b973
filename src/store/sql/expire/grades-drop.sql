-- Grades of days none of whose flows is left; but the last of them, with which the next day begins.
ALTER TABLE grade_current DELETE
WHERE day_ms < {from_ms:Int64}
    AND (cluster, day_ms) NOT IN (SELECT cluster, max(day_ms) FROM grade_current WHERE day_ms < {from_ms:Int64} GROUP BY cluster)
    AND (cluster, day_ms) NOT IN (SELECT arrayJoin(arrayZip({clusters:Array(String)}, {days:Array(Int64)})))
SETTINGS mutations_sync = 1
