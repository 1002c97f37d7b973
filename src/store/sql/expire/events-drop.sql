-- Events that happened last before.
ALTER TABLE kubernetes_event DELETE WHERE last_ms < {from_ms:Int64}
SETTINGS mutations_sync = 1
