-- The newest answer about flows that ended before a time, and the newest grade of their days.
SELECT greatest(
    (SELECT max(generation) FROM window_current WHERE hour_ms < {until_ms:Int64}),
    (SELECT max(generation) FROM grade_current WHERE day_ms < {until_ms:Int64})) AS newest
