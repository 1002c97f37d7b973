-- Looks and gaps that ended before.
ALTER TABLE {table:Identifier} DELETE WHERE cluster = {cluster:String} AND until_ms < {from_ms:Int64}
SETTINGS mutations_sync = 1
