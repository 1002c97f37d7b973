-- Wire tuples with more than one row of conntrack lines: their rows have to be summed up.
CREATE TABLE {several:Identifier} ENGINE = Memory AS
SELECT tuple FROM {include attribution/near-lines} GROUP BY tuple HAVING count() > 1
