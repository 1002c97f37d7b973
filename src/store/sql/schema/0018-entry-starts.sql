-- When an entry was made, as its line states it, is mostly the second of its NEW, which rides on the same row. So what is kept is whether a line states it,
-- and how long before that second it was: nothing, mostly. Rows of before have the time itself in `started_ms`, which is 0 from now on.
ALTER TABLE conntrack_event ADD COLUMN IF NOT EXISTS started_told UInt8 DEFAULT 0 CODEC(ZSTD(1));
ALTER TABLE conntrack_event ADD COLUMN IF NOT EXISTS started_before_ms Int64 DEFAULT 0 CODEC(Delta, ZSTD(1));
ALTER TABLE conntrack_event ADD COLUMN IF NOT EXISTS
    made_ms Int64 ALIAS if(started_told = 1, intDiv(at_ms - greatest(new_ago_ms, 0), 1000) * 1000 - started_before_ms, started_ms);
