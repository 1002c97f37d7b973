-- The flows that pass the filters and were alive in the interval, as their current generation has them; of those whose verdict the rates
-- may change, all. What follows makes them `chosen`: chosen.sql, or chosen-bare.sql where no verdict is among all pods of a node.
-- `newest`: only so many of them, before anything is looked up for each. A line that ends in `-- if` and parameters is left out where all of them are empty: planning what filters nothing took longer than
-- reading a rare destination. `rolled_up`: what roll-ups of senders tell is taken from them, a row of theirs for all of its flows (read-senders.ts).
WITH
    pods AS
    (
        SELECT pod_uid, any(namespace) AS namespace, any(pod) AS pod, any(workload_kind) AS workload_kind, any(workload_name) AS workload_name
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY pod_uid
        {include read/pods-settled} -- if settled
    ),
    pods_by_node AS
    (
        SELECT node AS on_node, arraySort(groupArray((pod_uid, may_from_ms, may_until_ms))) AS pods
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY node
    ),
    clocks AS
    (
        SELECT ip AS sender, offset_ms FROM clock_offset WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    ),
    kept AS
    (
        SELECT
            shard, hour_ms, tuple, begin_ms, last_ms, begun, ended, denied, src_ip, dest_ip, src_port, dest_port, protocol, direction,
            flows, packets_out, bytes_out, packets_in, bytes_in, rule, observed_by, node, said, verdict, reason, pod_uids, or_node, evidence, pod_port,
            -- A verdict among all pods of a node names none: they are looked up as they were then.
            said IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node') AS among
        FROM flow
        WHERE cluster = {cluster:String}
            AND dest_ip >= {dest_from:IPv6} AND dest_ip <= {dest_until:IPv6} -- if dest_first
            AND last_ms >= {from_ms:Int64} AND last_ms - lasted_ms < {until_ms:Int64}
            AND last_ms < {ended_before_ms:Int64} -- if ended_before_ms
            AND (shard, hour_ms, tick, generation) IN
                (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
            AND arrayExists((a, b, p) -> dest_ip BETWEEN a AND b AND (p = -1 OR p = dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_apart
            AND arrayExists((a, b, p) -> src_ip BETWEEN a AND b AND (p = -1 OR p = src_port), {src_first:Array(IPv6)}, {src_last:Array(IPv6)}, {src_own_port:Array(Int32)}) -- if src_first
            AND has({dest_ports:Array(UInt16)}, dest_port) -- if dest_ports
            AND has({src_ports:Array(UInt16)}, src_port) -- if src_ports
            AND has({protocols:Array(UInt8)}, protocol) -- if protocols
            AND (has({verdicts:Array(String)}, toString(verdict)) OR among) -- if verdicts
            AND has({nodes:Array(String)}, node) -- if nodes
            AND tuple = {tuple:UInt64} -- if tuple
            AND intDiv(last_ms, 3600000) IN {flow_hours:Array(Int64)} -- if rolled_up
            AND (among OR intDiv(if(observed_by = 2, last_ms - lasted_ms, last_ms), 60000) IN {cut_minutes:Array(Int64)}) -- if rolled_up
            AND (tuple, begin_ms) IN (SELECT tuple, flow_ms FROM ({include read/changed})) -- if changed_since_ms
        ORDER BY begin_ms DESC, tuple DESC LIMIT {newest:UInt64} -- if newest
        {include read/kept-hours} -- if by_hour
        {include read/kept-minutes} -- if by_minute
    )
