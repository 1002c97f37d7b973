shard, at_ms, begun_ago_ms, src_ip, dest_ip, src_port, dest_port, protocol, direction, state,
    packets_out, bytes_out, packets_in, bytes_in, rule, tuple
