-- One row that shows whether the store can be written and read.
CREATE TABLE probe (one UInt8, at UInt64) ENGINE = ReplacingMergeTree(at) ORDER BY one;
