-- The chosen flows, newest first. What was summed up comes in parts (read/graded.sql), all of them: `part` is the share of one.
SELECT
    toString(bitXor(tuple, cityHash64({cluster:String}))) AS id,
    begin_ms, last_ms, begun, ended, denied,
    src_ip, src_port, dest_ip, dest_port, protocol, direction,
    flows, part,
    toString(packets_out) AS packets_out, toString(bytes_out) AS bytes_out,
    toString(packets_in) AS packets_in, toString(bytes_in) AS bytes_in,
    rule, observed_by, node, verdict, reason, or_node, candidates, evidence, pod_port,
    src_ip NOT IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0) AND direction = 0 AS from_node,
    if(part < 1, uids, arraySlice(uids, 1, {listed:UInt32})) AS shown, if(part < 1, chances, arraySlice(chances, 1, {listed:UInt32})) AS shown_chances, node_chance, workload_chance, sure,
    sightings, sightings_by_port, sightings_by_name, sightings_by_learned, before_sightings
FROM chosen
ORDER BY begin_ms DESC, tuple DESC
LIMIT {limit:UInt64} WITH TIES
