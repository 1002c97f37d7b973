        -- The same of whole minutes, of hours that are cut or still told.
        UNION ALL
        SELECT
            shard, hour_ms, 0 AS tuple, first_begin_ms AS begin_ms, last_ms, 0 AS begun, 0 AS ended, 0 AS denied, toIPv6('::') AS src_ip, toIPv6('::') AS dest_ip,
            0 AS src_port, 0 AS dest_port, 0 AS protocol, 0 AS direction, flows, 0 AS packets_out, bytes_out, 0 AS packets_in, bytes_in, '' AS rule, 0 AS observed_by,
            node, said, verdict, '' AS reason, pod_uids, or_node, '' AS evidence, 0 AS pod_port, 0 AS among
        FROM sender_minute
        WHERE cluster = {cluster:String} AND hour_ms IN {minute_hours:Array(Int64)} AND intDiv(hour_ms, 60000) + minute NOT IN {cut_minutes:Array(Int64)}
            AND last_ms >= {from_ms:Int64} AND first_begin_ms < {until_ms:Int64}
            AND said NOT IN ('no-translation', 'translation-uncertain', 'conntrack-gap', 'windows-node')
            AND (shard, hour_ms, tick, generation) IN
                (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
            AND has({verdicts:Array(String)}, toString(verdict)) -- if verdicts
            AND has({nodes:Array(String)}, node) -- if nodes
