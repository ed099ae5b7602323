"""One look at an account: connect, collect, redact. What scan and collect have in common."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor.cli.progress import progress
from auditor.errors import UsageError
from auditor.suggest import did_you_mean

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable, Iterator

    from auditor.aws.account import Account
    from auditor.cli.console import Console
    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot


def arguments(parser: ArgumentParser) -> None:
    """What a look needs and no configuration should hold."""
    parser.add_argument("--mfa-token", metavar="CODE", help="current code of the MFA device; asked for otherwise")


def look(args: Namespace, settings: Settings, sections: Iterable[str], console: Console) -> Snapshot:
    """A snapshot of the sections, redacted as the settings want. Raises CredentialsError and NothingEvaluated."""
    return look_at(connected(args, settings), settings, sections, console)


def connected(args: Namespace, settings: Settings) -> Account:
    """The account that the settings lead to. Raises CredentialsError."""
    from auditor.aws.session import connect

    return connect(
        profile=settings["scan.profile"] or None,
        role_arn=settings["scan.role_arn"] or None,
        external_id=settings["scan.external_id"] or None,
        mfa_serial=settings["scan.mfa_serial"] or None,
        mfa_token=_mfa_token(args.mfa_token),
        region=next(iter(settings["scan.regions"]), None),
        timeout=settings["scan.timeout"],
        max_retries=settings["scan.max_retries"],
        max_workers=settings["scan.max_workers"],
    )


def look_at(account: Account, settings: Settings, sections: Iterable[str], console: Console) -> Snapshot:
    """A snapshot of an account. Raises CredentialsError and NothingEvaluated."""
    from auditor.collect.registry import closure, collectors
    from auditor.collect.runner import collect
    from auditor.snapshot.redact import redact

    wanted = [section for section in sections if section in collectors()]
    with _swept(), progress(settings, console, len(closure(wanted))) as tell:
        snapshot = collect(
            account, wanted, opted_in=settings["scan.with"], regions=settings["scan.regions"], progress=tell
        )
    console.debug(f"{snapshot.collection.requests} requests in {snapshot.collection.seconds} s")
    return redact(snapshot, settings["scan.redact"])


@contextmanager
def _swept() -> Iterator[None]:
    """Free what botocore leaves in circles, where the entry point keeps Python from ever looking for such."""
    off = not gc.isenabled()
    if off:
        gc.freeze()  # all that is there already stays
    yield
    if off:
        gc.collect()


def _mfa_token(given: str | None) -> Callable[[], str] | None:
    """The code that was given, else one to ask for where somebody is there to answer."""
    if given:
        return lambda: given
    return _ask_for_code if sys.stdin is not None and sys.stdin.isatty() else None


def _ask_for_code() -> str:
    sys.stderr.write("MFA code: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def services_of(settings: Settings) -> tuple[str, ...]:
    """The services to look at; none named means all. Raises UsageError for one that no collector is for."""
    from auditor.collect.registry import collectors

    known = sorted({section.partition(".")[0] for section in collectors()})
    for service in settings["scan.services"]:
        if service not in known:
            raise UsageError(
                f'no collector for service "{service}"',
                help=(*did_you_mean(service, known), f"services: {', '.join(known)}"),
            )
    return settings["scan.services"] or tuple(known)
