-- What waits for an operator is looked at every few seconds by whoever monitors, and what was done long ago is erased
-- every ten minutes: neither must cost anything of the past that stays.
CREATE INDEX notifications_parked ON work.notifications (received_at, event) WHERE state = 'parked';
CREATE INDEX notifications_done ON work.notifications (ended_at) WHERE state = 'done';
CREATE INDEX tasks_done ON work.tasks (ended_at) WHERE state = 'done';
