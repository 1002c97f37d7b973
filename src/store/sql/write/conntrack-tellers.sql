-- Which object speaks for which address, as its lines show.
SELECT {cluster:String} AS cluster, {objects:Array(String)}[part + 1] AS object, ip, {nodes:Array(String)}[part + 1] AS node
FROM (SELECT DISTINCT part, reply_dest_ip AS ip FROM {staged:Identifier} WHERE orig_src_ip != reply_dest_ip)
