SELECT
    concat(lower(hex(reinterpretAsFixedString(dest_ip))), ' ', toString(dest_port), ' ', toString(protocol)) AS key, weight, mean, variance
FROM size_class
WHERE cluster = {cluster:String} AND generation = {generation:UInt64}
ORDER BY key, class
