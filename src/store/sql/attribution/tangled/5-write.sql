-- The verdicts on the flows of tangled tuples, written as the chunk's new generation; they count from the insert into window_current on.
-- Mirrors core/attribution/attribute.ts; attribution.parity.test.ts holds the two together.
INSERT INTO flow
    (cluster, shard, generation, last_ms, lasted_ms, begun, ended, denied, src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule, observed_by, node, said, pod_uids, or_node, origin_port)
WITH
    6 AS tcp,
    -- The numbers of `said` in the table of flows.
    1 AS exact_by_translation, 2 AS exact_by_lease, 3 AS by_node, 4 AS forwarded_inbound,
    5 AS no_translation, 6 AS translation_uncertain, 7 AS conntrack_gap, 8 AS windows_node,
    9 AS ip_shared, 10 AS lease_uncertain, 11 AS lease_uncertain_by_translation, 12 AS tuple_shared,
    13 AS node_unknown, 14 AS not_outbound, 15 AS inventory_gap, 16 AS no_lease_then, 17 AS no_lease_then_by_translation,
    leases_by_ip AS
    (
        SELECT ip, groupArray((may_from_ms, held_from_ms, held_until_ms, may_until_ms, pod_uid, node)) AS leases
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY ip
    ),
    pods_by_node AS
    (
        SELECT node, groupArray((may_from_ms, may_until_ms)) AS pods
        FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} AND host_network = 0
        GROUP BY node
    ),
    nodes_by_ip AS
    (
        SELECT ip, arraySort(n -> (-n.1, n.3), groupArray((may_from_ms, may_until_ms, node_uid, node, os))) AS nodes
        FROM node_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY ip
    ),
    node_of_pod AS
    (
        SELECT pod_uid, min(node) AS node FROM pod_lease
        WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
        GROUP BY pod_uid
    ),
    gaps AS
    (
        SELECT t.ip AS ip, groupArray((g.from_ms, g.until_ms)) AS gaps
        FROM (SELECT DISTINCT object, from_ms, until_ms FROM gap WHERE cluster = {cluster:String} AND source = 'conntrack') AS g
        INNER JOIN (SELECT DISTINCT object, ip FROM conntrack_teller WHERE cluster = {cluster:String}) AS t ON t.object = g.object
        GROUP BY ip
    ),
    clocked AS
    (
        SELECT
            j.* EXCEPT (offset_ms), j.begin_ms - j.offset_ms AS begin, j.last_ms - j.offset_ms AS last,
            own.leases AS leases, nodes.nodes AS nodes, gaps.gaps AS gaps
        FROM {judged:Identifier} AS j
        LEFT JOIN leases_by_ip AS own ON own.ip = j.src_ip
        LEFT JOIN nodes_by_ip AS nodes ON nodes.ip = j.src_ip
        LEFT JOIN gaps ON gaps.ip = j.src_ip
    ),
    around AS
    (
        SELECT
            * EXCEPT (leases, nodes, gaps),
            notEmpty(leases) AS is_pod,
            arrayFilter(l -> l.1 <= begin + uncertainty_ms AND begin - uncertainty_ms < l.4, leases) AS near,
            arrayFilter(l -> l.1 <= begin AND begin < l.4, near) AS possible,
            arrayExists((f, u) -> f <= begin AND begin < u, {watched_from:Array(Int64)}, {watched_until:Array(Int64)}) AS complete,
            arrayFilter(n -> n.1 <= begin AND begin < n.2, nodes)[1] AS node_then,
            arrayExists(
                g -> g.1 <= if(protocol = tcp, begin, last) + uncertainty_ms AND begin - uncertainty_ms < g.2,
                gaps) AS in_gap
        FROM clocked
    ),
    judged AS
    (
        SELECT
            * EXCEPT (near, possible, complete, node_then),
            arraySort(arrayDistinct(arrayMap(l -> l.5, near))) AS near_uids,
            arrayCount(l -> l.2 <= begin AND begin < l.3, possible) AS held,
            held = 1 OR (held = 0 AND length(possible) = 1 AND complete) AS is_held,
            node_then.4 AS node_name, node_then.5 AS node_os, notEmpty(node_then.4) AS node_known
        FROM around
    ),
    weighed AS
    (
        SELECT
            judged.*, named.translations AS translations, named.certain AS certain, named.kinds AS kinds,
            named.pod_uids AS named_uids, named.origin_port AS named_port,
            arrayCount(p -> p.1 <= judged.last AND judged.begin < p.2, there.pods) AS pods_there
        FROM judged
        LEFT JOIN {named:Identifier} AS named ON named.n = judged.n
        LEFT JOIN pods_by_node AS there ON there.node = judged.node_name
    ),
    -- From no_translation to windows_node it is every pod of the node, or the node, if both are known.
    said AS
    (
        SELECT
            *,
            multiIf(
                is_pod AND empty(near_uids), no_lease_then,
                is_pod AND length(near_uids) > 1, ip_shared,
                is_pod AND is_held, exact_by_lease,
                is_pod, lease_uncertain,
                translations = 0 AND NOT node_known, if(direction = 0, node_unknown, not_outbound),
                translations = 0, if(node_os = 'windows', windows_node, no_translation),
                certain = 0, translation_uncertain,
                in_gap, conntrack_gap,
                kinds = ['pod'] AND length(named_uids) = 1, exact_by_translation,
                kinds = ['node'], by_node,
                kinds = ['outside'], forwarded_inbound,
                kinds = ['nobody'], no_lease_then_by_translation,
                kinds = ['pods'] AND translations = 1, lease_uncertain_by_translation,
                empty(named_uids) AND NOT has(kinds, 'node'), no_lease_then_by_translation,
                tuple_shared) AS told
        FROM weighed
    ),
    given AS
    (
        SELECT
            *,
            multiIf(
                NOT (told BETWEEN no_translation AND windows_node), told,
                NOT node_known, node_unknown,
                pods_there = 0, inventory_gap,
                told) AS verdict,
            verdict BETWEEN no_translation AND windows_node AS among
        FROM said
    ),
    named_pods AS
    (
        SELECT
            *,
            multiIf(
                verdict = exact_by_lease OR verdict = ip_shared OR verdict = lease_uncertain, near_uids,
                verdict = exact_by_translation OR verdict = lease_uncertain_by_translation OR verdict = tuple_shared, named_uids,
                []) AS uids,
            among OR (verdict = tuple_shared AND has(kinds, 'node')) AS may_be_node
        FROM given
    )
SELECT
    {cluster:String}, shard, {generation:UInt64},
    last_ms, last_ms - begin_ms, begun, ended, denied,
    src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule,
    if(observed_by = 1 AND translations > 0, 3, observed_by),
    if(node_known, node_name, p.node),
    verdict,
    uids,
    may_be_node,
    if(verdict = exact_by_translation, named_port, 0)
FROM named_pods
LEFT JOIN node_of_pod AS p ON p.pod_uid = uids[1]
