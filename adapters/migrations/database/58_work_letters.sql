-- Pages show which e-mails were sent about a coop and to its mandate holders: found without reading all tasks.
CREATE INDEX tasks_of_coop ON work.tasks (ledger, (facts ->> 'coop_id')) WHERE facts ? 'recipient_id';
CREATE INDEX tasks_of_member ON work.tasks (ledger, (facts ->> 'member_id')) WHERE facts ? 'member_id';
