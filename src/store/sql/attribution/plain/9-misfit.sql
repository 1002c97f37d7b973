-- Tuples whose entry is no part of their flow: two flows, so tangled after all.
INSERT INTO {tangled:Identifier} SELECT tuple FROM {plain:Identifier} WHERE misfit
