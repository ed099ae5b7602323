"""The entry point of `auditor` and of `python -m auditor`."""

import gc
import os
import sys

from auditor.cli.main import INTERRUPTED, main


def run() -> int:
    """Run the command line of this process and return its exit code."""
    gc.disable()  # one state is built up, and then all ends: to search it for garbage took a third of the time
    code = main(sys.argv[1:])
    if code == INTERRUPTED:  # requests may be under way, and Python would wait for their answers
        os._exit(code)
    return code


if __name__ == "__main__":
    raise SystemExit(run())
