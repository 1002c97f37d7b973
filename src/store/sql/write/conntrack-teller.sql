-- Where an object shows a translation to an address, it was written by the node that has the address; so it speaks for the address.
INSERT INTO conntrack_teller
SELECT DISTINCT {cluster:String} AS cluster, {object:String} AS object, reply_dest_ip AS ip, {node:String} AS node
FROM {fresh:Identifier}
WHERE orig_src_ip != reply_dest_ip
