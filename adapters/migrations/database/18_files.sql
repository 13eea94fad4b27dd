-- What campaigns publish: pictures in several widths, files to download. Found by the digest of their content, never
-- changed; the ledger says which campaign shows which.
CREATE SCHEMA files;
GRANT USAGE ON SCHEMA files TO coopledger_app;
CREATE TABLE files.contents (
    association uuid        NOT NULL,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 32),
    width       integer     NOT NULL DEFAULT 0 CHECK (width >= 0),
    media_type  text        NOT NULL,
    content     bytea       NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 12000000),
    kept_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (association, digest, width)
);
GRANT SELECT, INSERT ON files.contents TO coopledger_app;
