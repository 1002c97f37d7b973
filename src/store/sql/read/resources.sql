-- What is told of the network of a cluster; of service tags, of which there are thousands, those with these names alone.
SELECT type, id, told
FROM azure_resource FINAL
WHERE cluster = {cluster:String} AND (type = 'service-tag') = ({tags:UInt8} = 1) AND ({tags:UInt8} = 0 OR id IN {names:Array(String)})
ORDER BY type, id
