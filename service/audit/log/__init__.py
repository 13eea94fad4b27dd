"""What is found while the log is read, once, beside the replay: in a process of its own where the log is long.

``reading`` is that process's work, ``beside`` starts it. Each check of the log alone is a module; ``coop_fold`` folds
what the checks of closings, papers and documents ask of a coop's events, one decoding for all of them.
"""
