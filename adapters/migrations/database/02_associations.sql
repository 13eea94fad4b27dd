-- One row per association: its slug names its schema; dsn is null while it lives in this database.
CREATE TABLE registry.associations (
    slug           text        PRIMARY KEY CHECK (slug ~ '^[a-z][a-z0-9_]{1,39}$'),
    association_id uuid        NOT NULL UNIQUE,
    dsn            text,
    demo           boolean     NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON registry.associations TO coopledger_app;
