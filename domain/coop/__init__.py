"""The school co-operative: its identity, mandates, bank, certification, payouts and closings."""
