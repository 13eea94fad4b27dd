"""The pages about one participant's contribution: its detail, giving money back, correcting it, adding one by hand."""
