-- What became of the connections that began in the interval, one row for each sender and destination. A connection that was let through and got nothing back
-- before {settled_ms} may still get it, and counts as not told.
WITH
    began AS
    (
        SELECT
            node, src_ip, dest_ip, dest_port, src_port, protocol, begin_ms, last_ms, lasted_ms,
            intDiv((begin_ms - {from_ms:Int64}) * 60, {until_ms:Int64} - {from_ms:Int64}) AS slice,
            if(verdict IN ('exact', 'relayed') AND notEmpty(pod_uids), toString(pod_uids[1]), '') AS uid,
            multiIf(
                denied, 'denied',
                packets_in > 1 OR (packets_in = 1 AND (protocol != 6 OR packets_out > 1)), 'answered',
                packets_in = 1, 'refused',
                packets_out = 0 OR begin_ms > {settled_ms:Int64}, 'untold',
                'unanswered') AS became,
            {include diagnosis/header-bytes} AS header_bytes,
            became = 'answered' AND protocol = 6 AND packets_out <= {short_packets:UInt64} AS is_short,
            is_short AND lasted_ms <= {quick_ms:Int64} AS is_quick,
            -- Of a short connection that was not disturbed the packets of both directions are about as many: what is lost is sent again.
            is_short AND packets_out >= packets_in + {strained_by:UInt64} AS is_strained,
            -- Something was asked, and nothing but headers came back, which with their options are no longer than that.
            became = 'answered' AND protocol = 6 AND NOT is_strained AND lasted_ms >= {patience_ms:Int64}
                AND bytes_out > packets_out * header_bytes AND bytes_in <= packets_in * header_bytes AS is_speechless
        FROM flow
        WHERE cluster = {cluster:String} AND direction = 0 AND observed_by <= 3
            AND begin_ms >= {from_ms:Int64} AND begin_ms < {until_ms:Int64} AND last_ms >= {from_ms:Int64}
            AND arrayExists((a, b, p) -> dest_ip BETWEEN a AND b AND (p = -1 OR p = dest_port), {dest_first:Array(IPv6)}, {dest_last:Array(IPv6)}, {dest_own_port:Array(Int32)}) -- if dest_first
            AND has({dest_ports:Array(UInt16)}, dest_port) -- if dest_ports
            AND has({nodes:Array(String)}, node) -- if nodes
            AND (shard, hour_ms, tick, generation) IN
                (SELECT shard, hour_ms, tick, max(generation) FROM window_current WHERE cluster = {cluster:String} GROUP BY shard, hour_ms, tick)
    ),
    -- From the first connection to a destination that went unanswered to the last.
    silent AS
    (
        SELECT dest_ip, dest_port, protocol, min(begin_ms) AS silent_from_ms, max(begin_ms) AS silent_until_ms
        FROM began WHERE became = 'unanswered' GROUP BY dest_ip, dest_port, protocol
    )
SELECT
    node, src_ip, uid, dest_ip, dest_port, protocol,
    countIf(became = 'answered') AS answered, countIf(became = 'unanswered') AS unanswered, countIf(became = 'refused') AS refused,
    countIf(became = 'denied') AS denied, countIf(became = 'untold') AS untold,
    uniqExact(src_port) AS ports,
    minIf(begin_ms, became IN ('unanswered', 'refused', 'denied')) AS trouble_from_ms,
    maxIf(begin_ms, became IN ('unanswered', 'refused', 'denied')) AS trouble_until_ms,
    maxIf(begin_ms, became = 'answered') AS answered_until_ms,
    -- What had to be sent again and outlived the silence was answered only when that was over.
    countIf(became = 'answered' AND begin_ms BETWEEN silent_from_ms AND silent_until_ms AND NOT (is_strained AND last_ms > silent_until_ms)) AS answered_between,
    countIf(is_quick) AS quick, countIf(is_quick AND is_strained) AS strained, minIf(begin_ms, is_quick AND is_strained) AS strained_from_ms,
    -- By sixtieths of the interval.
    countIfResample(0, 60, 1)(became = 'answered', slice) AS answered_by_slice,
    countIfResample(0, 60, 1)(is_quick, slice) AS quick_by_slice,
    countIfResample(0, 60, 1)(is_quick AND is_strained, slice) AS strained_by_slice,
    countIf(is_short AND NOT is_quick) AS old, countIf(is_strained AND NOT is_quick) AS strained_old, minIf(last_ms, is_strained AND NOT is_quick) AS strained_old_from_ms,
    countIf(is_speechless) AS speechless, minIf(begin_ms, is_speechless) AS speechless_from_ms,
    ifNotFinite(quantileExactIf(0.5)(lasted_ms, is_speechless), 0) AS speechless_ms
FROM began LEFT JOIN silent USING (dest_ip, dest_port, protocol)
GROUP BY node, src_ip, uid, dest_ip, dest_port, protocol
ORDER BY unanswered + refused + denied DESC, answered DESC, src_ip, dest_ip, dest_port, protocol, uid
LIMIT {limit:UInt32}
