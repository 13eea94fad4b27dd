"""``python -m service.cli``: the same as the command ``coopledger``."""

import gc

from service.cli.main import main

# A start reads two thousand modules that stay: looking for garbage among them as often as usual is a sixth of it.
gc.set_threshold(50_000, 20, 50)
main()
