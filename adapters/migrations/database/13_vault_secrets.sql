-- Random secrets of an association, wrapped by its key: they outlive a rotation of that key.
CREATE TABLE vault.secrets (
    association uuid  NOT NULL,
    name        text  NOT NULL,
    kek_id      text  NOT NULL,
    wrapped     bytea NOT NULL,
    PRIMARY KEY (association, name)
);
GRANT SELECT, INSERT, UPDATE ON vault.secrets TO coopledger_vault;
