-- What waits for an operator is looked at every few seconds by whoever monitors: that must cost nothing of the past.
CREATE INDEX notifications_parked ON work.notifications (received_at, event) WHERE state = 'parked';
