"""Files that members ask for and the worker makes: what each kind holds, its rows, the receipts of a whole campaign."""
