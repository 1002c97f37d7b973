-- The last write that the clocks in force take account of: a server that is told of something all the time measures them less often than it passes.
ALTER TABLE inventory_current ADD COLUMN IF NOT EXISTS clocks_write UInt64 DEFAULT write AFTER write;
