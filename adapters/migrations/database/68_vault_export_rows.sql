-- A list of rows that were chosen is prepared too: with which columns, and of which rows, in their order. A row is the
-- 16 bytes of its contribution and the 4 of its line there (``adapters/exports/row.py``): no name, and nothing of what
-- was searched for. The rows are kept until the file is made.
ALTER TABLE vault.exports
    DROP CONSTRAINT exports_kind_check,
    ADD CONSTRAINT exports_kind_check
        CHECK (kind IN ('contributions', 'participants', 'gifts', 'givers', 'receipts', 'list')),
    ADD COLUMN columns text CHECK (columns IN ('every', 'displayed')),
    ADD COLUMN chosen  bytea CHECK (octet_length(chosen) % 20 = 0),
    ADD CHECK ((columns IS NULL) = (kind <> 'list')),
    ADD CHECK (chosen IS NULL OR kind = 'list'),
    ADD CHECK (kind <> 'list' OR chosen IS NOT NULL OR state NOT IN ('waiting', 'working'));
-- Other rows, or other columns, are another file.
DROP INDEX vault.exports_under_way;
CREATE UNIQUE INDEX exports_under_way ON vault.exports
    (association, asked_by, coop_id, kind, form, coalesce(campaign_id, coop_id), coalesce(school_year, 0),
     coalesce(columns, ''), coalesce(sha256(chosen), ''))
    WHERE state IN ('waiting', 'working');
