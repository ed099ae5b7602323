"""`auditor access`: questions about the principals of an account."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from auditor.cli import look
from auditor.errors import UsageError
from auditor.findings.summary import count_of
from auditor.suggest import did_you_mean
from auditor.textfiles import shown

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from auditor.access.actors import Actor
    from auditor.access.world import World
    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot

HELP = """\
who-can ACTION [RESOURCE]   the users and roles that may take an action, on a resource or on any
can PRINCIPAL               what a user or role may do: all of it, or what of --action
admins                      who administers the account, by effect: whoever can do, or give itself, everything
paths                       who can become administrator, or another principal (--to), and by which steps
outsiders                   who is named in the trust policies of roles besides the account itself, and who gets in
least-privilege PRINCIPAL   the least policy for what a principal did, by CloudTrail's logs or IAM's last-accessed data

The questions are put to snapshots of `auditor collect`: name one with --snapshot, or several of accounts that trust one
another; exported --authorization-details will do as well. Without any the account is looked at now. least-privilege
looks only for --last-accessed without a FILE; with a snapshot or a look the answer is held against the policies that
the principal has. A principal is given by its ARN, or by its name where that is clear.

What the organization forbids counts where its policies were seen: by the account, if it is the management account or
a delegated administrator, or in the snapshot of another account of the organization that is.

The root user, whom no policy of the account limits, is not listed.

exit codes: 0 answered, 3 answered as far as could be seen and found out
"""
USAGE = " QUESTION ..."


class _Question(NamedTuple):
    """A module, what follows the question, the options that it takes beside --snapshot and --format, and its forms."""

    module: str
    words: tuple[str, ...]
    options: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("text", "json")


_QUESTIONS = {
    "who-can": _Question("access_queries", ("ACTION", "[RESOURCE]")),
    "can": _Question("access_queries", ("PRINCIPAL",), ("action",)),
    "admins": _Question("access_queries", ()),
    "paths": _Question("access_queries", (), ("from_", "to"), ("text", "json", "dot", "mermaid", "html")),
    "outsiders": _Question("access_outsiders", ()),
    "least-privilege": _Question(
        "access_least_privilege", ("PRINCIPAL",), ("events", "last_accessed"), ("text", "json", "policy")
    ),
}


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("question", choices=tuple(_QUESTIONS), metavar="QUESTION", help=", ".join(_QUESTIONS))
    parser.add_argument("words", nargs="*", metavar="WORD", help="what the question is about")
    parser.add_argument(
        "--snapshot", metavar="FILE", action="append", default=[], help="snapshot of an account; may be repeated"
    )
    parser.add_argument(
        "--authorization-details",
        nargs="+",
        action="append",
        default=[],
        metavar="FILE",
        help="what `aws iam get-account-authorization-details` printed, in place of a snapshot; once for each account",
    )
    parser.add_argument(
        "--events", metavar="FILE", nargs="+", action="extend", default=[], help="CloudTrail logs: files and folders"
    )
    parser.add_argument(
        "--last-accessed",
        metavar="FILE",
        nargs="?",
        const=True,
        help="what `aws iam get-service-last-accessed-details` printed (default: what the snapshot or IAM tells)",
    )
    parser.add_argument(
        "--action", metavar="ACTION,…", action="append", default=[], help="actions to ask about; * and ? are wildcards"
    )
    parser.add_argument("--from", metavar="PRINCIPAL", dest="from_", help="where paths begin (default: anywhere)")
    parser.add_argument("--to", metavar="PRINCIPAL", help="where paths lead (default: admin, any administrator)")
    forms = tuple(dict.fromkeys(form for question in _QUESTIONS.values() for form in question.forms))
    parser.add_argument("--format", choices=forms, default="text", help="form (default: text)")
    look.arguments(parser)


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    question = _QUESTIONS[args.question]
    fewest = sum(not word.startswith("[") for word in question.words)
    if not fewest <= len(args.words) <= len(question.words):
        wanted = " ".join(question.words) or "no words"
        raise UsageError(f"`auditor access {args.question}` takes {wanted}, not {count_of(len(args.words), 'word')}")
    if args.format not in question.forms:
        raise UsageError(f"`auditor access {args.question}` has no format {args.format}: {', '.join(question.forms)}")
    taken = {option for known in _QUESTIONS.values() for option in known.options}
    for option in sorted(taken - set(question.options)):
        if getattr(args, option):
            raise UsageError(f"`auditor access {args.question}` has no option --{option.strip('_').replace('_', '-')}")
    return int(import_module(f"auditor.cli.{question.module}").run(args, settings))


def snapshots_of(args: Namespace) -> list[Snapshot]:
    """The snapshots and exports that were named. Raises InputError, and UsageError for two of one account."""
    from auditor.snapshot.files import load_snapshot

    snapshots = [*map(load_snapshot, args.snapshot), *map(_exported, args.authorization_details)]
    accounts = [snapshot.account for snapshot in snapshots]
    for account in accounts:
        if accounts.count(account) > 1:
            raise UsageError(f"several snapshots of account {account}", help=("one for each account",))
    return snapshots


def _exported(files: list[str]) -> Snapshot:
    from auditor.cli.check import managed
    from auditor.snapshot.imports import from_exports

    return from_exports(files, None, managed=managed)


def actor_of(text: str, world: World) -> Actor:
    """The user or role of an ARN or a name. Raises UsageError."""
    found = [actor for actor in world.actors if text in (actor.arn, actor.name, f"{actor.kind}/{actor.name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{shown(text)} may be {' or '.join(actor.arn for actor in found[:5])}", help=("give its ARN",)
        )
    known = [name for actor in world.actors for name in (actor.arn, actor.name)]
    raise UsageError(f"the snapshot shows no user or role {shown(text)}", help=did_you_mean(text, known))
