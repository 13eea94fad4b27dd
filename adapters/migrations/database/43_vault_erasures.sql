-- Who was erased on request, by id alone: nobody comes back by a repeated request, and after a restore the list kept
-- outside the backups is compared with this one before anything opens. Rows are added, never changed or removed.
CREATE TABLE vault.erasures (
    association uuid        NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('person', 'contribution', 'account')),
    subject_id  uuid        NOT NULL,
    erased_at   timestamptz NOT NULL,
    PRIMARY KEY (association, kind, subject_id)
);
GRANT SELECT, INSERT ON vault.erasures TO coopledger_vault;
