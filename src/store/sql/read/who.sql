-- Who may have sent the chosen flows: each flow is shared out over its candidates by their probabilities.
-- And how many of them have which verdict: rows whose `verdict` is not empty; one look at the flows answers both.
-- Flows with the same candidates are taken together first: a popular destination has many flows and few sets of candidates.
,
    together AS
    (
        SELECT
            said, node, or_node, candidates, uids, chances, node_chance, verdict, any(reason) AS reason,
            sum(flows * part) AS n, sum(bytes_out * part) AS out, sum(bytes_in * part) AS received, min(begin_ms) AS first_ms, max(last_ms) AS newest_ms, 0 AS partly
        FROM chosen
        GROUP BY said, node, or_node, candidates, uids, chances, node_chance, verdict
    ),
{include read/shares}
