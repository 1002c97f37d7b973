-- The pods, numbered in the order of their UIDs: numbers are cheaper to carry.
CREATE TABLE {pod:Identifier} ENGINE = Memory AS
SELECT toUInt32(row_number() OVER (ORDER BY uid)) AS n, uid, node
FROM
(
    SELECT pod_uid AS uid, toString(min(node)) AS node
    FROM pod_lease
    WHERE cluster = {cluster:String} AND generation = {inventory:UInt64}
    GROUP BY uid
)
