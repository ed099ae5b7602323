"""Serve an account until interrupted: `python -m tests.fake_aws --account neglected`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from . import accounts
from .server import FakeAWS

_ACCOUNTS = {"neglected": accounts.neglected, "well_kept": accounts.well_kept, "newborn": accounts.newborn}


def main() -> None:
    """The URL on the first line of stdout, then the environment of a client; ends with SIGTERM or SIGINT."""
    options = _options()
    if options.users or options.roles or options.policies:
        account, size = accounts.generated(options.users, options.roles, options.policies), options.page_size
    else:
        account, size = _ACCOUNTS[options.account](), None
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with FakeAWS(account, latency=options.latency / 1000, rate=options.rate, port=options.port) as aws:
        if size:
            aws.warm(size)
        lines = [aws.url, *(f"export {name}={value}" for name, value in aws.env.items())]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        stop.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_aws", description=__doc__)
    parser.add_argument("--account", choices=sorted(_ACCOUNTS), default="neglected")
    for kind in ("users", "roles", "policies"):
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N", help="generate an account of this size")
    parser.add_argument(
        "--page-size", type=int, default=1000, metavar="N", help="MaxItems for which a generated account is made ready"
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS", help="milliseconds for each answer")
    parser.add_argument("--rate", type=float, metavar="N", help="requests a second above which AWS throttles")
    return parser.parse_args()


if __name__ == "__main__":
    main()
