-- The texts of an association's charter of collections, found by the digest that the ledger names: kept as long as the
-- ledger, never changed.
CREATE TABLE files.charters (
    association uuid        NOT NULL,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 32),
    text        text        NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 100000),
    kept_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (association, digest)
);
GRANT SELECT, INSERT ON files.charters TO coopledger_app;
