-- The verdict on each flow, written as the chunk's new generation; it counts from the insert into window_current on.
-- Mirrors core/attribution/attribute.ts; attribution.parity.test.ts holds the two together.
INSERT INTO flow
WITH
    6 AS tcp,
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
    -- (verdict, reason, evidence); 'among' is every pod of the node, or the node.
    said AS
    (
        SELECT
            *,
            multiIf(
                is_pod AND empty(near_uids), ('unattributed', 'no-lease-then', ''),
                is_pod AND length(near_uids) > 1, ('ambiguous', 'ip-shared', ''),
                is_pod AND is_held, ('exact', '', 'lease'),
                is_pod, ('ambiguous', 'lease-uncertain', ''),
                translations = 0 AND NOT node_known, ('unattributed', if(direction = 0, 'node-unknown', 'not-outbound'), ''),
                translations = 0, ('among', if(node_os = 'windows', 'windows-node', 'no-translation'), ''),
                certain = 0, ('among', 'translation-uncertain', ''),
                in_gap, ('among', 'conntrack-gap', ''),
                kinds = ['pod'] AND length(named_uids) = 1, ('exact', '', 'translation'),
                kinds = ['node'], ('node', '', 'translation'),
                kinds = ['outside'], ('relayed', 'forwarded-inbound', 'translation'),
                kinds = ['nobody'], ('unattributed', 'no-lease-then', 'translation'),
                kinds = ['pods'] AND translations = 1, ('ambiguous', 'lease-uncertain', 'translation'),
                empty(named_uids) AND NOT has(kinds, 'node'), ('unattributed', 'no-lease-then', 'translation'),
                ('ambiguous', 'tuple-shared', 'translation')) AS told
        FROM weighed
    ),
    given AS
    (
        SELECT
            *,
            multiIf(
                told.1 != 'among', told,
                NOT node_known, ('unattributed', 'node-unknown', ''),
                pods_there = 0, ('unattributed', 'inventory-gap', ''),
                ('ambiguous', told.2, '')) AS said_of,
            told.1 = 'among' AND said_of.1 = 'ambiguous' AS among
        FROM said
    ),
    named_pods AS
    (
        SELECT
            *,
            multiIf(said_of.1 NOT IN ('exact', 'ambiguous') OR among, [], is_pod, near_uids, named_uids) AS uids,
            among OR (said_of.2 = 'tuple-shared' AND has(kinds, 'node')) AS may_be_node
        FROM given
    )
SELECT
    {cluster:String} AS cluster, shard, hour_ms, {generation:UInt64} AS generation, tuple,
    begin_ms, last_ms, begun, ended, denied,
    src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule,
    if(observed_by = 1 AND translations > 0, 3, observed_by) AS observed_by,
    if(node_known, node_name, p.node) AS node,
    said_of.1 AS verdict,
    said_of.2 AS reason,
    uids AS pod_uids,
    may_be_node AS or_node,
    if(among, pods_there + 1, length(uids) + may_be_node) AS candidates,
    said_of.3 AS evidence,
    if(said_of.3 = 'translation' AND said_of.1 = 'exact', named_port, 0) AS origin_port
FROM named_pods
LEFT JOIN node_of_pod AS p ON p.pod_uid = uids[1]
