-- How long the node's connection tracking held on to a connection after its last record, so long was its port taken: one more than tenths of a second;
-- 0: not told.
ALTER TABLE flow ADD COLUMN IF NOT EXISTS lingered UInt16 DEFAULT 0 CODEC(ZSTD(1));
