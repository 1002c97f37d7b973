-- What a row of the roll-ups of senders says in the place of its flows.
shard, hour_ms, 0 AS tuple, first_begin_ms AS begin_ms, last_ms, 0 AS begun, 0 AS ended, 0 AS denied, toIPv6('::') AS src_ip, toIPv6('::') AS dest_ip,
0 AS src_port, 0 AS dest_port, 0 AS protocol, 0 AS direction, flows, 0 AS packets_out, bytes_out, 0 AS packets_in, bytes_in, '' AS rule, 0 AS observed_by,
node, said, verdict, '' AS reason, pod_uids, or_node, '' AS evidence, 0 AS pod_port, 0 AS among
