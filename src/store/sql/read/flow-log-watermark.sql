-- Time up to which the flow log has told. What a firewall logged is a part of it.
SELECT max(at_ms) AS watermark_ms FROM flow_record WHERE cluster = {cluster:String} AND log < 3
