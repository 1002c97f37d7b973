-- Tuples with more than one row of records: their rows have to be summed up. The others are a flow a row.
CREATE TABLE {repeated:Identifier} ENGINE = Memory AS
SELECT tuple FROM {include attribution/near-records} GROUP BY tuple HAVING count() > 1
