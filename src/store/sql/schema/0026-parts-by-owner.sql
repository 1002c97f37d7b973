-- Each part of the store has an owner of its own, who numbers what is written there.

-- What the generation in force has seen of what was written (inventory/written-so-far.sql), and what its clocks have.
ALTER TABLE inventory_current ADD COLUMN IF NOT EXISTS seen String AFTER clocks_write;
ALTER TABLE inventory_current ADD COLUMN IF NOT EXISTS clocks_seen String AFTER seen;

-- The inventory that the verdicts of this part rest on: what changed since touches its windows (inventory-generation.ts). Each part has its own rows.
CREATE TABLE inventory_applied
(
    cluster LowCardinality(String),
    -- Of the part, as those of writes.
    number UInt64,
    generation UInt64,
    beside String,
    -- 1: each pass worked the inventory out anew before. Else verdicts may know less than was written before them.
    in_step UInt8
)
ENGINE = ReplacingMergeTree(number)
ORDER BY cluster
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO inventory_applied (cluster, number, generation, beside, in_step)
SELECT c.cluster, 0, argMax(c.generation, (c.generation, c.write)), argMax(c.beside, (c.generation, c.write)), 1
FROM inventory_current AS c
GROUP BY c.cluster;
