SELECT format, count() AS rejects FROM (SELECT DISTINCT format, object, place, why FROM reject WHERE cluster = {cluster:String}) GROUP BY format
