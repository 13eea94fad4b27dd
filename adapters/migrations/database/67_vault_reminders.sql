-- The contacts of a class as they were when it was first reminded of a campaign: later ones do not count. No address
-- lies here: a contact is written to as long as its address has the digest that it had then.
CREATE TABLE vault.reminder_lists (
    list_id     uuid    PRIMARY KEY,
    association uuid    NOT NULL,
    campaign_id uuid    NOT NULL,
    class_code  text    NOT NULL,
    contacts    integer NOT NULL,
    families    integer NOT NULL,
    expires_on  date    NOT NULL,
    UNIQUE (association, campaign_id, class_code)
);
CREATE INDEX reminder_lists_by_expiry ON vault.reminder_lists (association, expires_on);
-- One row for each contact, whatever became of it: which reminder it was last looked at for with a letter, how many
-- letters left, when the last one was asked for, and what was contributed by the link of one.
CREATE TABLE vault.reminder_contacts (
    list_id       uuid     NOT NULL REFERENCES vault.reminder_lists ON DELETE CASCADE,
    place         integer  NOT NULL,
    contact_id    uuid     NOT NULL REFERENCES vault.contacts ON DELETE CASCADE,
    email_digest  bytea    NOT NULL CHECK (octet_length(email_digest) = 32),
    token_sha256  bytea    NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
    last_number   smallint NOT NULL DEFAULT 0,
    letters       smallint NOT NULL DEFAULT 0,
    last_on       date,
    contributions uuid[]   NOT NULL DEFAULT '{}',
    PRIMARY KEY (list_id, place)
);
CREATE INDEX reminder_contacts_by_contact ON vault.reminder_contacts (contact_id);
CREATE INDEX reminder_contacts_by_address ON vault.reminder_contacts (email_digest);
-- Addresses that a coop reminds no more: they said so.
CREATE TABLE vault.reminder_stops (
    association  uuid  NOT NULL,
    coop_id      uuid  NOT NULL,
    email_digest bytea NOT NULL CHECK (octet_length(email_digest) = 32),
    expires_on   date  NOT NULL,
    PRIMARY KEY (association, coop_id, email_digest)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.reminder_lists, vault.reminder_contacts, vault.reminder_stops
    TO coopledger_vault;
