-- What the conntrack of the node with this address covers, and what the inventory does.
SELECT
    (SELECT (min(first_ms), max(at_ms), count()) FROM conntrack_event WHERE cluster = {cluster:String} AND reply_dest_ip = {ip:IPv6}) AS conntrack,
    (SELECT (min(at_ms), max(at_ms), count()) FROM pod_seen WHERE cluster = {cluster:String}) AS inventory
