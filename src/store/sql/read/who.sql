-- Who may have sent the chosen flows: each flow is shared out over its candidates by their probabilities.
-- And how many of them have which verdict: rows whose `verdict` is not empty; one look at the flows answers both.
-- Flows with the same candidates are taken together first: a popular destination has many flows and few sets of candidates.
,
    together AS
    (
        SELECT
            said, node, or_node, candidates, uids, any(verdict) AS verdict, any(reason) AS reason,
            count() AS n, sum(bytes_out) AS out, sum(bytes_in) AS received, min(begin_ms) AS first_ms, max(last_ms) AS newest_ms
        FROM chosen
        GROUP BY said, node, or_node, candidates, uids
    ),
    shares AS
    (
        SELECT
            arrayJoin(arrayConcat(
                arrayMap(u -> (toString(u), '', if(toInt8(said) <= 2, 1., 1. / candidates), '', ''), uids),
                if(said = 'node', [('', toString(node), 1., '', '')], []),
                if(or_node = 1, [('', toString(node), 1. / candidates, '', '')], []),
                [('', '', 1., toString(verdict), reason)])) AS share,
            toInt8(said) <= 3 AS certain,
            n, out, received, first_ms, newest_ms
        FROM together
    )
SELECT
    share.1 AS uid,
    share.2 AS node,
    share.4 AS verdict,
    share.5 AS reason,
    sum(share.3 * n) AS flows,
    sumIf(s.n, certain) AS exact_flows,
    sum(share.3 * out) AS bytes_out,
    sum(share.3 * received) AS bytes_in,
    min(s.first_ms) AS first_ms,
    max(newest_ms) AS last_ms,
    sum(share.3 * n) / sum(n) AS confidence
FROM shares AS s
GROUP BY uid, node, verdict, reason
ORDER BY verdict, reason, flows DESC, uid, node
