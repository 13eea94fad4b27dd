-- Tasks that were tried once and wait: an event of their coop may wake them, however many others wait for their day.
CREATE INDEX tasks_tried ON work.tasks (ledger, kind) WHERE state = 'waiting' AND attempts > 0;
