"""Events of the papers that go into a coop's binder: statements of payouts, vouchers and their final recap."""
