-- Verdicts, written.
CREATE TABLE verdict AS {include verdict}
