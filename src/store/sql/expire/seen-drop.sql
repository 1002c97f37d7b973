ALTER TABLE {seen:Identifier} DELETE WHERE (cluster, uid, at_ms, object) IN (SELECT cluster, uid, at_ms, object FROM {expired:Identifier})
SETTINGS mutations_sync = 1
