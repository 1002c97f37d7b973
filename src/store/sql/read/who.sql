-- Who may have sent the chosen flows: each flow is shared out over its candidates by their probabilities.
,
    shares AS
    (
        SELECT
            arrayJoin(arrayConcat(
                arrayMap(u -> (u, '', if(verdict = 'exact', 1., 1. / candidates)), uids),
                if(verdict = 'node', [('', node, 1.)], []),
                if(or_node = 1, [('', node, 1. / candidates)], []))) AS share,
            verdict = 'exact' OR verdict = 'node' AS certain,
            bytes_out, bytes_in, begin_ms, last_ms
        FROM chosen
    )
SELECT
    share.1 AS uid,
    share.2 AS node,
    sum(share.3) AS flows,
    countIf(certain) AS exact_flows,
    sum(share.3 * bytes_out) AS bytes_out,
    sum(share.3 * bytes_in) AS bytes_in,
    min(begin_ms) AS first_ms,
    max(last_ms) AS last_ms,
    sum(share.3) / count() AS confidence
FROM shares
GROUP BY uid, node
ORDER BY flows DESC, uid, node
