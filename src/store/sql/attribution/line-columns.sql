shard, at_ms, new_ago_ms, kind, protocol,
    orig_src_ip AS origin_ip, orig_src_port AS origin_port,
    reply_dest_ip AS src_ip, reply_src_ip AS dest_ip, reply_dest_port AS src_port, reply_src_port AS dest_port,
    made_ms AS started_ms, timeout_s, forced, object,
    packets_orig AS packets_out, bytes_orig AS bytes_out, packets_reply AS packets_in, bytes_reply AS bytes_in,
    tuple
