-- The verdicts on tuples that are not tangled: one flow, one entry at most, and so no lists.
-- Mirrors core/attribution/tuple.ts and core/attribution/attribute.ts; attribution.parity.test.ts holds them together.
WITH
    6 AS tcp,
    -- The numbers of `said` in the table of flows.
    1 AS exact_by_translation, 2 AS exact_by_lease, 3 AS by_node, 4 AS forwarded_inbound,
    5 AS no_translation, 6 AS translation_uncertain, 7 AS conntrack_gap, 8 AS windows_node,
    10 AS lease_uncertain,
    13 AS node_unknown, 14 AS not_outbound, 15 AS inventory_gap, 16 AS no_lease_then, 17 AS no_lease_then_by_translation,
    -- Whom an entry names.
    1 AS of_pod, 2 AS of_node, 3 AS of_outside,
    -- What is known of the address with the number.
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, leases)))) FROM {address:Identifier}) AS leases_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, gaps)))) FROM {address:Identifier}) AS gaps_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, one_node)))) FROM {address:Identifier}) AS one_node_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, node_from)))) FROM {address:Identifier}) AS node_from_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, node_until)))) FROM {address:Identifier}) AS node_until_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, node)))) FROM {address:Identifier}) AS node_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, windows)))) FROM {address:Identifier}) AS windows_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, pods_from)))) FROM {address:Identifier}) AS pods_from_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, pods_until)))) FROM {address:Identifier}) AS pods_until_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, nodes)))) FROM {address:Identifier}) AS nodes_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, offset_ms)))) FROM {address:Identifier}) AS offset_ms_of,
    (SELECT arrayMap(a -> a.2, arraySort(a -> a.1, groupArray((n, uncertainty_ms)))) FROM {address:Identifier}) AS uncertainty_ms_of,
    (SELECT arrayMap(p -> p.2, arraySort(p -> p.1, groupArray((n, uid)))) FROM {pod:Identifier}) AS uid_of,
    (SELECT arrayMap(p -> p.2, arraySort(p -> p.1, groupArray((n, node)))) FROM {pod:Identifier}) AS node_of_pod,
    recorded AS
    (
        SELECT
            s.shard AS shard, s.tuple AS tuple, s.begin_ms AS begin_ms, s.last_ms AS last_ms, s.begun AS begun, s.ended AS ended, s.denied AS denied,
            s.src_ip AS src_ip, s.dest_ip AS dest_ip, s.src_port AS src_port, s.dest_port AS dest_port, s.protocol AS protocol, s.direction AS direction,
            s.packets_out AS packets_out, s.bytes_out AS bytes_out, s.packets_in AS packets_in, s.bytes_in AS bytes_in, s.rule AS rule,
            if(e.kind = 0, 1, 3) AS seen_by,
            e.kind AS kind, e.holder AS holder, e.origin_port AS named_port,
            e.seen_from AS seen_from, e.seen_until AS seen_until, e.closed AS closed
        FROM {include attribution/sessions} AS s
        LEFT ANY JOIN {entry:Identifier} AS e ON e.tuple = s.tuple
        WHERE s.tuple NOT IN (SELECT tuple FROM {tangled:Identifier})
            AND (s.shard, intDiv(s.last_ms, 3600000) * 3600000) IN (SELECT shard, hour_ms FROM {dirty:Identifier})
            -- Seen at the other end too: counted where it was sent.
            AND NOT (s.direction = 1 AND s.tuple IN (SELECT tuple FROM {session:Identifier} WHERE direction = 0))
    ),
    met_by_none AS
    (
        SELECT
            e.shard AS shard, e.tuple AS tuple, e.seen_from AS begin_ms, e.seen_until AS last_ms,
            toUInt8(1) AS begun, e.closed AS ended, toUInt8(0) AS denied,
            e.src_ip AS src_ip, e.dest_ip AS dest_ip, e.src_port AS src_port, e.dest_port AS dest_port, e.protocol AS protocol, toUInt8(0) AS direction,
            e.packets_out AS packets_out, e.bytes_out AS bytes_out, e.packets_in AS packets_in, e.bytes_in AS bytes_in, '' AS rule,
            2 AS seen_by,
            e.kind AS kind, e.holder AS holder, e.origin_port AS named_port,
            e.seen_from AS seen_from, e.seen_until AS seen_until, e.closed AS closed,
            if(h.n = 0, 1, h.n) AS from_n, if(d.n = 0, 1, d.n) AS to_n
        FROM {entry:Identifier} AS e
        LEFT ANY JOIN (SELECT ip, n FROM {address:Identifier}) AS h ON h.ip = e.src_ip
        LEFT ANY JOIN (SELECT ip, n FROM {address:Identifier}) AS d ON d.ip = e.dest_ip
        WHERE e.tuple NOT IN (SELECT tuple FROM {tangled:Identifier} UNION ALL SELECT tuple FROM {met:Identifier})
            AND e.dest_ip != e.src_ip AND e.dest_ip != e.origin_ip
            AND NOT arrayExists((f, u) -> e.dest_ip BETWEEN f AND u, {local_first:Array(IPv6)}, {local_last:Array(IPv6)})
    ),
    unrecorded_fetched AS
    (
        SELECT *, leases_of[from_n] AS leases, one_node_of[from_n] AS one_node, node_from_of[from_n] AS node_from, node_until_of[from_n] AS node_until,
            node_of[from_n] AS node, nodes_of[from_n] AS nodes, leases_of[to_n] AS leases_there, offset_ms_of[from_n] AS offset_ms
        FROM met_by_none
    ),
    unrecorded AS
    (
        SELECT
            * EXCEPT (begin_ms, last_ms, leases, one_node, node_from, node_until, node, nodes, leases_there, offset_ms, from_n, to_n),
            seen_from + offset_ms AS begin_ms, seen_until + offset_ms AS last_ms,
            arrayConcat(
                arrayMap(l -> l.6, arrayFilter(l -> l.1 <= seen_from AND seen_from < l.4, leases)),
                if(one_node AND node_from <= seen_from AND seen_from < node_until, [node], []),
                arrayMap(a -> a.4, arrayFilter(a -> a.1 <= seen_from AND seen_from < a.2, nodes))) AS sent_on,
            arrayMap(l -> l.6, arrayFilter(l -> l.1 <= seen_from AND seen_from < l.4, leases_there)) AS received_on
        FROM unrecorded_fetched
        WHERE (shard, intDiv(seen_from + offset_ms, 3600000) * 3600000) IN (SELECT shard, hour_ms FROM {dirty:Identifier})
    ),
    flows AS
    (
        SELECT * FROM recorded
        UNION ALL
        -- A flow log can only have what reached the NIC: between two pods of one node nothing does.
        SELECT
            shard, tuple, begin_ms, last_ms, begun, ended, denied, src_ip, dest_ip, src_port, dest_port, protocol, direction,
            packets_out, bytes_out, packets_in, bytes_in, rule, seen_by, kind, holder, named_port, seen_from, seen_until, closed
        FROM unrecorded
        WHERE (notEmpty(sent_on) OR kind != of_node) AND NOT hasAny(sent_on, received_on)
    ),
    sent AS
    (
        SELECT f.*, if(a.n = 0, 1, a.n) AS s
        FROM flows AS f
        LEFT ANY JOIN (SELECT ip, n FROM {address:Identifier}) AS a ON a.ip = f.src_ip
    ),
    -- Fetched here and nowhere else: the planner spells an array out wherever it is used.
    fetched AS
    (
        SELECT
            *, leases_of[s] AS leases, gaps_of[s] AS gaps, one_node_of[s] AS one_node, node_from_of[s] AS node_from, node_until_of[s] AS node_until,
            node_of[s] AS node, windows_of[s] AS windows, pods_from_of[s] AS pods_from, pods_until_of[s] AS pods_until, nodes_of[s] AS nodes,
            offset_ms_of[s] AS offset_ms, uncertainty_ms_of[s] AS uncertainty_ms
        FROM sent
    ),
    clocked AS
    (
        SELECT * EXCEPT (offset_ms), begin_ms - offset_ms AS begin, last_ms - offset_ms AS last FROM fetched
    ),
    around AS
    (
        SELECT
            * EXCEPT (leases, gaps, nodes),
            if(closed, seen_until, {open_ms:Int64}) AS may_until,
            kind > 0 AND seen_from <= last + uncertainty_ms AND begin - uncertainty_ms <= may_until AS translated,
            translated AND begin - uncertainty_ms <= seen_until AS certain,
            notEmpty(leases) AS is_pod,
            arrayFilter(l -> l.1 <= begin + uncertainty_ms AND begin - uncertainty_ms < l.4, leases) AS near,
            one_node AND node_from <= begin AND begin < node_until AS on_node,
            arrayFilter(a -> a.1 <= begin AND begin < a.2, nodes)[1] AS node_then,
            arrayExists(g -> g.1 <= if(protocol = tcp, begin, last) + uncertainty_ms AND begin - uncertainty_ms < g.2, gaps) AS in_gap
        FROM clocked
    ),
    judged AS
    (
        SELECT
            * EXCEPT (near, node_then),
            near[1].5 AS own,
            arrayCount(l -> l.1 <= begin AND begin < l.4, near) AS possible,
            arrayCount(l -> l.1 <= begin AND begin < l.4 AND l.2 <= begin AND begin < l.3, near) AS held,
            held = 1 OR (held = 0 AND possible = 1
                AND arrayExists((f, u) -> f <= begin AND begin < u, {watched_from:Array(Int64)}, {watched_until:Array(Int64)})) AS is_held,
            if(on_node, node, node_then.4) AS node_name,
            if(on_node, windows, node_then.5) AS on_windows,
            on_node OR notEmpty(node_then.4) AS node_known,
            if(on_node, pods_from <= last AND begin < pods_until, arrayExists(o -> o.1 <= last AND begin < o.2, node_then.6)) AS any_pod
        FROM around
    ),
    -- From no_translation to windows_node it is every pod of the node, or the node, if both are known.
    said AS
    (
        SELECT
            *,
            multiIf(
                is_pod AND own = 0, no_lease_then,
                is_pod AND is_held, exact_by_lease,
                is_pod, lease_uncertain,
                NOT translated AND NOT node_known, if(direction = 0, node_unknown, not_outbound),
                NOT translated, if(on_windows, windows_node, no_translation),
                NOT certain, translation_uncertain,
                in_gap, conntrack_gap,
                kind = of_pod, exact_by_translation,
                kind = of_node, by_node,
                kind = of_outside, forwarded_inbound,
                no_lease_then_by_translation) AS told
        FROM judged
    ),
    given AS
    (
        SELECT
            *,
            multiIf(
                NOT (told BETWEEN no_translation AND windows_node), told,
                NOT node_known, node_unknown,
                NOT any_pod, inventory_gap,
                told) AS verdict
        FROM said
    )
SELECT
    shard, begin_ms, last_ms, begun, ended, denied,
    src_ip, dest_ip, src_port, dest_port, protocol, direction,
    packets_out, bytes_out, packets_in, bytes_in, rule,
    if(seen_by = 3 AND NOT translated, 1, seen_by) AS observed_by,
    multiIf(
        node_known, node_name,
        pod > 0, node_of_pod[pod],
        '') AS node,
    verdict AS said,
    multiIf(verdict = exact_by_lease OR verdict = lease_uncertain, own, verdict = exact_by_translation, holder, 0) AS pod,
    if(pod = 0, [], [uid_of[pod]]) AS pod_uids,
    verdict BETWEEN no_translation AND windows_node AS or_node,
    if(verdict = exact_by_translation, named_port, 0) AS origin_port
FROM given
