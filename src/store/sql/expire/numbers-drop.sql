-- What has no time of its own and was written before {number}. `{newest}`: the newest of each cluster is kept.
ALTER TABLE {table:Identifier} DELETE WHERE write < {number:UInt64} AND (cluster, write) NOT IN
    (SELECT cluster, max(write) FROM write_log GROUP BY cluster)
SETTINGS mutations_sync = 1
