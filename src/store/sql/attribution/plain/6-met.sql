-- Entries that have a record near.
CREATE TABLE {met:Identifier} ENGINE = Memory AS
SELECT DISTINCT tuple FROM {include attribution/near-records} WHERE tuple IN (SELECT tuple FROM {entry:Identifier})
