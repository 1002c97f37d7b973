-- What is left of the chosen flows when they go: what each sender sent by the minute of its flows' last records. As map.sql names senders.
SELECT
    {cluster:String} AS cluster, intDiv(c.last_ms, 3600000) * 3600000 AS ended_hour_ms, toUInt8(intDiv(c.last_ms, 60000) % 60) AS minute, c.shard AS shard,
    c.verdict AS settled_verdict, c.node AS of_node,
    if(c.verdict IN ('exact', 'relayed', 'probable') AND notEmpty(c.uids), [toString(c.uids[1])], emptyArrayString()) AS named,
    sum(c.flows * c.part) AS n, sum(c.bytes_out * c.part) AS out, sum(c.bytes_in * c.part) AS received,
    min(c.begin_ms) AS first_begin, max(c.begin_ms) AS last_begin, min(c.last_ms) AS first_last, max(c.last_ms) AS newest
FROM chosen AS c
GROUP BY cluster, ended_hour_ms, minute, shard, settled_verdict, of_node, named
SETTINGS max_bytes_before_external_group_by = 500000000
