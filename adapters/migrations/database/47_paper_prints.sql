-- Who printed which paper of a coop, and the file of its first print: kept as long as the books, never changed.
CREATE TABLE files.prints (
    association uuid        NOT NULL,
    coop_id     uuid        NOT NULL,
    position    bigint      NOT NULL,
    number      integer     NOT NULL CHECK (number > 0),
    printed_at  timestamptz NOT NULL DEFAULT now(),
    printed_by  text        NOT NULL,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 32),
    content     bytea       CHECK ((number = 1) = (content IS NOT NULL)),
    PRIMARY KEY (association, position, number)
);
GRANT SELECT, INSERT ON files.prints TO coopledger_app;
