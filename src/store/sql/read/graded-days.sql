SELECT uniqExact(day_ms) AS days FROM grade_current WHERE cluster = {cluster:String}
