-- Those of which something else is told than was.
INSERT INTO azure_resource (cluster, type, id, told, object, write)
SELECT {cluster:String}, type, id, told, {object:String}, {write:UInt64}
FROM {staged:Identifier}
WHERE (type, id, cityHash64(told)) NOT IN (SELECT type, id, cityHash64(told) FROM azure_resource FINAL WHERE cluster = {cluster:String})
