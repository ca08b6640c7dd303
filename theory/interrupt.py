"""What Ctrl-C does while ``python -m theory`` is still being imported: it takes one line."""

import os
import sys
from signal import SIGINT, default_int_handler, getsignal, signal


def _stop(*_: object) -> None:
    # An exception would show a traceback, since nothing stands above these imports to catch it.
    os.write(2, b"python -m theory: interrupted\n")
    os._exit(130)


def imported() -> None:
    """Let an interrupt be an exception again."""
    if getsignal(SIGINT) == _stop:
        signal(SIGINT, default_int_handler)


_COMMAND = sys.argv[:1] == ["-m"] and "theory" in sys.orig_argv
if _COMMAND and getsignal(SIGINT) == default_int_handler:
    signal(SIGINT, _stop)
