-- Windows far from these rows that they can change all the same: every hour in which the same tuples were recorded or translated.
-- Only where windows are current already; what was never computed will be.
INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
WITH
    tuples AS (SELECT DISTINCT cityHash64(reply_dest_ip, reply_dest_port, reply_src_ip, reply_src_port, protocol) AS tuple FROM {staged:Identifier}),
{include write/related-windows}
