-- Verdicts that whoever adds them up works out.
CREATE TEMP VIEW verdict AS {include verdict}
