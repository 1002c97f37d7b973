-- The conntrack entries that each tangled tuple had, on the node's clock.
-- Mirrors core/attribution/translation.ts; attribution.parity.test.ts holds the two together.
-- Only the node that owns the wire's source address is believed: others see its traffic too, untranslated.
CREATE TABLE {translation:Identifier} ENGINE = Memory AS
WITH
    {open_ms:Int64} AS open,
    each AS
    (
        SELECT
            shard, tuple, protocol, reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, orig_src_ip, orig_src_port,
            arrayJoin(arrayConcat(
                if(c.new_ago_ms < 0, [], [(c.at_ms - c.new_ago_ms, toUInt8(0), toInt64(-1), c.timeout_s, toUInt8(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0))]),
                [(c.at_ms, c.kind, c.started_ms, if(c.new_ago_ms < 0, c.timeout_s, 0), c.forced, c.packets_orig, c.bytes_orig, c.packets_reply, c.bytes_reply)])) AS l,
            l.1 AS at_ms, l.2 AS kind, l.3 AS started_ms, l.4 AS timeout_s, l.5 AS forced,
            l.6 AS packets_orig, l.7 AS bytes_orig, l.8 AS packets_reply, l.9 AS bytes_reply
        FROM conntrack_event AS c
        WHERE c.cluster = {cluster:String} AND c.shard IN {shards:Array(UInt8)} AND tuple IN (SELECT tuple FROM {tangled:Identifier})
            AND c.at_ms >= {from_ms:Int64} - {lookback_ms:Int64} AND c.at_ms < {until_ms:Int64} + {lookback_ms:Int64}
            AND
            (
                c.orig_src_ip != c.reply_dest_ip
                OR (c.object, c.reply_dest_ip) IN (SELECT object, ip FROM conntrack_teller WHERE cluster = {cluster:String})
                OR c.reply_dest_ip IN (SELECT ip FROM pod_lease WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0)
            )
    ),
    moments AS
    (
        SELECT
            shard, tuple, protocol,
            reply_dest_ip AS src_ip, reply_dest_port AS src_port, reply_src_ip AS dest_ip, reply_src_port AS dest_port,
            at_ms, orig_src_ip AS origin_ip, orig_src_port AS origin_port,
            max(kind = 0) AS opens,
            max(kind = 2) AS closes,
            greatest(max(started_ms), 0) AS started,
            -- As NEW and UPDATE say it: a dump shows what is left of it. 0: nobody says.
            minIf(timeout_s, kind IN (0, 1) AND timeout_s > 0) * 1000 AS idle,
            max(kind = 2 AND forced = 1) AS force,
            (max(packets_orig), max(bytes_orig), max(packets_reply), max(bytes_reply)) AS counters
        FROM each
        GROUP BY shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port, at_ms, origin_ip, origin_port
    ),
    tuples AS
    (
        SELECT
            shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port,
            arraySort(m -> (m.1, m.2, m.3, m.4), groupArray((at_ms, opens, origin_ip, origin_port, closes, started, counters, idle, force))) AS ms
        FROM moments
        GROUP BY shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port
    ),
    split AS
    (
        SELECT
            * EXCEPT (ms),
            arraySplit(
                (m, ip0, port0, close0) -> m.2 OR close0 OR m.3 != ip0 OR m.4 != port0,
                ms,
                arrayPushFront(arrayPopBack(ms.3), toIPv6('::')),
                arrayPushFront(arrayPopBack(ms.4), toUInt16(0)),
                arrayPushFront(arrayPopBack(ms.5), toUInt8(1))) AS runs
        FROM tuples
    ),
    entries AS
    (
        SELECT
            shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port, run, free_since, next_at,
            arrayMax(m -> m.6, run) AS started_ms,
            arrayMin(arrayMap(m -> m.8, arrayFilter(m -> m.8 > 0, run))) AS idle_ms
        FROM split
        ARRAY JOIN
            runs AS run,
            arrayPushFront(arrayPopBack(arrayMap(r -> r[-1].1, runs)), toInt64(0)) AS free_since,
            arrayPushBack(arrayPopFront(arrayMap(r -> r[1].1, runs)), open) AS next_at
    )
SELECT
    shard, tuple, protocol, src_ip, src_port, dest_ip, dest_port,
    run[1].3 AS origin_ip,
    run[1].4 AS origin_port,
    run[1].2 AS opened,
    run[-1].5 AS closed,
    if(opened, run[1].1, greatest(free_since, started_ms)) AS may_from,
    if(started_ms > 0 AND NOT opened, least(run[1].1, greatest(free_since, started_ms + {stamp_ms:Int64})), run[1].1) AS seen_from,
    run[-1].1 AS seen_until,
    if(closed, run[-1].1, next_at) AS may_until,
    -- An entry that a timeout ended has been idle for that long.
    greatest(
        may_until - if(closed AND NOT run[-1].9, toInt64(idle_ms), 0),
        multiIf(length(run) > 1, run[-2].1, opened, run[1].1, 0)) AS active_until,
    arrayMax(m -> m.7.1, run) AS packets_out,
    arrayMax(m -> m.7.2, run) AS bytes_out,
    arrayMax(m -> m.7.3, run) AS packets_in,
    arrayMax(m -> m.7.4, run) AS bytes_in
FROM entries
