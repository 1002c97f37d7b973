-- `together` shared out: the second half of who.sql and who-totals.sql.
    shares AS
    (
        SELECT
            arrayJoin(arrayConcat(
                arrayMap((u, chance) -> (toString(u), '', if(toInt8(said) <= 2, 1., chance), '', ''),
                    uids, if(empty(chances), arrayWithConstant(length(uids), 1. / candidates), chances)),
                if(said = 'node', [('', toString(node), 1., '', '')], []),
                if(empty(chances) AND or_node = 1, [('', toString(node), 1. / candidates, '', '')], []),
                if(node_chance > 0, [('', toString(node), node_chance, '', '')], []),
                [('', '', 1., verdict, reason)])) AS share,
            toInt8(said) <= 3 OR toInt8(said) >= 18 AS certain,
            toInt8(said) >= 18 AS forwarded,
            n, out, received, first_ms, newest_ms, partly
        FROM together
    )
SELECT
    share.1 AS uid,
    share.2 AS node,
    share.4 AS verdict,
    share.5 AS reason,
    -- Parts of an aggregate sum to a whole again.
    round(sum(share.3 * n), 9) AS flows,
    sumIf(s.n, certain) AS exact_flows,
    sumIf(s.n, forwarded) AS relayed_flows,
    sum(share.3 * out) AS bytes_out,
    sum(share.3 * received) AS bytes_in,
    min(s.first_ms) AS first_ms,
    max(newest_ms) AS last_ms,
    sum(share.3 * n) / sum(n) AS confidence,
    max(s.partly) AS partly
FROM shares AS s
GROUP BY uid, node, verdict, reason
ORDER BY verdict, reason, flows DESC, uid, node
