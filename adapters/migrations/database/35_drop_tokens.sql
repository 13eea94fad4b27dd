-- The tokens whose rights were frozen when they were made: none of them may go on working.
DROP TABLE registry.tokens;
