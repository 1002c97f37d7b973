SELECT ip, any(node) AS node FROM node_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} GROUP BY ip
