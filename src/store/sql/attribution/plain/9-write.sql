-- The verdicts on the flows of plain tuples, written as the chunk's new generation.
INSERT INTO flow
    (cluster, shard, generation, last_ms, lasted_ms, begun, ended, denied, src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule, observed_by, node, said, pod_uids, or_node, origin_port)
SELECT
    {cluster:String}, shard, {generation:UInt64},
    last_ms, last_ms - begin_ms, begun, ended, denied,
    src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule,
    observed_by, node, said, pod_uids, or_node, origin_port
FROM
(
{include attribution/plain-verdicts}
)
SETTINGS max_insert_threads = 2
