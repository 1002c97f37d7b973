-- Which recording a line is of. What two nodes saw of an untranslated connection, in one millisecond, are two lines; of a copy it is one.
ALTER TABLE conntrack_event ADD COLUMN IF NOT EXISTS recording UInt64 CODEC(ZSTD(1));
