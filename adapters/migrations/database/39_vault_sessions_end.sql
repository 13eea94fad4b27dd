-- A family's session ends for good on a day that no visit puts off.
ALTER TABLE vault.sessions ADD COLUMN ends_at timestamptz NOT NULL DEFAULT now() + interval '90 days';
