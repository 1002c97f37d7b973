-- What ports/leaving.sql is asked of, worked out once for several questions.
CREATE TABLE {held:Identifier} ENGINE = Memory AS SELECT * FROM {include ports/held-by-way}
