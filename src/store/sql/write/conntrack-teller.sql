-- Where an object shows a translation to an address, it was written by the node that has the address; so it speaks for the address.
-- Said before its lines are inserted and never taken back: the object of each line that shows a translation is here.
INSERT INTO conntrack_teller
SELECT {cluster:String} AS cluster, {objects:Array(String)}[part + 1] AS object, ip, {nodes:Array(String)}[part + 1] AS node
FROM (SELECT DISTINCT part, reply_dest_ip AS ip FROM {staged:Identifier} WHERE orig_src_ip != reply_dest_ip)
