-- Contacts that coops write down themselves: found by a keyed digest of their address, all else sealed row by row.
CREATE TABLE vault.contacts (
    contact_id   uuid  PRIMARY KEY,
    association  uuid  NOT NULL,
    coop_id      uuid  NOT NULL,
    email_digest bytea NOT NULL CHECK (octet_length(email_digest) = 32),
    kek_id       text  NOT NULL,
    wrapped      bytea NOT NULL,
    nonce        bytea NOT NULL CHECK (octet_length(nonce) = 12),
    sealed       bytea NOT NULL,
    expires_on   date  NOT NULL,
    UNIQUE (association, coop_id, email_digest)
);
CREATE INDEX contacts_by_address ON vault.contacts (association, email_digest);
CREATE INDEX contacts_by_expiry ON vault.contacts (association, expires_on);
-- In which classes of which school years they have children.
CREATE TABLE vault.contact_classes (
    contact_id  uuid    NOT NULL REFERENCES vault.contacts ON DELETE CASCADE,
    school_year integer NOT NULL,
    class_code  text    NOT NULL,
    PRIMARY KEY (contact_id, school_year, class_code)
);
-- Groups that a coop makes: their names are free text, and sealed too.
CREATE TABLE vault.contact_groups (
    group_id    uuid  PRIMARY KEY,
    association uuid  NOT NULL,
    coop_id     uuid  NOT NULL,
    kek_id      text  NOT NULL,
    wrapped     bytea NOT NULL,
    nonce       bytea NOT NULL CHECK (octet_length(nonce) = 12),
    sealed      bytea NOT NULL,
    expires_on  date  NOT NULL
);
CREATE INDEX contact_groups_by_coop ON vault.contact_groups (association, coop_id);
CREATE TABLE vault.contact_group_members (
    group_id   uuid NOT NULL REFERENCES vault.contact_groups ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES vault.contacts ON DELETE CASCADE,
    PRIMARY KEY (group_id, contact_id)
);
CREATE INDEX contact_group_members_by_contact ON vault.contact_group_members (contact_id);
-- The fields that a coop adds to its records of people, as one document: categories, names and kinds, no values.
CREATE TABLE vault.person_fields (
    coop_id     uuid    PRIMARY KEY,
    association uuid    NOT NULL,
    version     integer NOT NULL,
    kek_id      text    NOT NULL,
    wrapped     bytea   NOT NULL,
    nonce       bytea   NOT NULL CHECK (octet_length(nonce) = 12),
    sealed      bytea   NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.contacts, vault.contact_classes, vault.contact_groups,
    vault.contact_group_members, vault.person_fields TO coopledger_vault;
ALTER TABLE vault.erasures DROP CONSTRAINT erasures_kind_check;
ALTER TABLE vault.erasures ADD CONSTRAINT erasures_kind_check
    CHECK (kind IN ('person', 'contribution', 'account', 'archived-name', 'contact'));
