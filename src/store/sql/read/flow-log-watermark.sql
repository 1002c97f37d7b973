-- Time up to which the flow log has told.
SELECT max(at_ms) AS watermark_ms FROM flow_record WHERE cluster = {cluster:String}
