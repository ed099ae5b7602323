"""The entry point of `auditor` and of `python -m auditor`."""

import sys

from auditor.cli.main import main


def run() -> int:
    """Run the command line of this process and return its exit code."""
    return main(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(run())
