ALTER TABLE {table:Identifier} DELETE IN PARTITION {day:UInt32} WHERE last_ms < {from_ms:Int64}
SETTINGS mutations_sync = 1
