-- One random key per person, wrapped by its association's key; deleting the row erases the person.
CREATE TABLE vault.keys (
    person_id   uuid     PRIMARY KEY,
    association uuid     NOT NULL,
    kek_id      text     NOT NULL,
    wrapped     bytea    NOT NULL,
    purpose     smallint NOT NULL CHECK (purpose IN (1, 2)),
    expires_on  date     NOT NULL
);
CREATE INDEX keys_by_expiry ON vault.keys (association, expires_on);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.keys TO coopledger_vault;
