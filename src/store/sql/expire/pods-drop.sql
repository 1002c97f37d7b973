-- Names that no sum that is kept can name: an entry may outlive its pod by five days.
ALTER TABLE settled_pod DELETE WHERE until_ms + 518400000 < {from_ms:Int64}
SETTINGS mutations_sync = 1
