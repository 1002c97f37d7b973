-- An entry is one socket, which may ask more than once; of an entry without counters no more is known than whether anything came back.
(
    SELECT
        node, orig_src_ip, reply_src_ip, dnat_ip, first_ms,
        if(counted, greatest(packets_orig, 1), 1) AS is_asked,
        if(counted, packets_orig - least(packets_reply, packets_orig), unreplied) AS is_lost
    FROM conntrack_event
    WHERE cluster = {cluster:String} AND reply_src_port = 53 AND protocol = 17 AND kind = 2
        AND first_ms >= {from_ms:Int64} AND first_ms < {until_ms:Int64} AND at_ms >= {from_ms:Int64} AND at_ms < {until_ms:Int64} + {late_ms:Int64}
        AND has({nodes:Array(String)}, node) -- if nodes
    -- The node of the server tells of it as well, after the translation.
    ORDER BY dnat_ip DESC
    LIMIT 1 BY orig_src_ip, orig_src_port, reply_src_ip, intDiv(first_ms, {same_ms:Int64})
)
