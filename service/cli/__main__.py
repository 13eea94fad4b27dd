"""``python -m service.cli``: the same as the command ``coopledger``."""

from service.cli.main import main

main()
