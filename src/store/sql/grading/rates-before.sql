SELECT
    concat(lower(hex(reinterpretAsFixedString(dest_ip))), ' ', toString(dest_port), ' ', toString(protocol), ' ', toString(class)) AS key,
    sender, flows, seconds
FROM rate
WHERE cluster = {cluster:String} AND generation = {generation:UInt64}
ORDER BY key, sender
