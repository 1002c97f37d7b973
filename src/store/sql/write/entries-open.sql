-- Lines about the tuples `loose`, by who tells them, and how far back what they leave open goes.
(
    SELECT tuple, if(min(made_ms) <= min(first_ms), min(made_ms), 0) AS reach, max(told_ms) AS told, max(gone_ms) AS gone
    FROM entry_reach
    WHERE cluster = {cluster:String} AND shard IN (SELECT DISTINCT shard FROM {loose:Identifier}) AND tuple IN (SELECT tuple FROM {loose:Identifier})
    GROUP BY tuple, teller
)
