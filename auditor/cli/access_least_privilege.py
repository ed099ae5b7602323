"""`auditor access least-privilege`: the least policy for what a principal did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from auditor.cli.access import actor_of, snapshots_of
from auditor.cli.access_queries import LOOKED_AT
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.errors import NotCollected, NothingEvaluated, UsageError
from auditor.findings.gate import CLEAN, INCOMPLETE
from auditor.findings.summary import count_of
from auditor.textfiles import shown

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.access.actors import Actor
    from auditor.access.least_privilege.last_accessed import LastAccessed
    from auditor.access.world import World
    from auditor.aws.account import Account
    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot

LISTED = 10
"""How many things of one kind the text form lists."""

_ARN = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:(?:(?:user|role)/.+|root)")


def run(args: Namespace, settings: Settings) -> int:
    """Answer the question and return the exit code."""
    from auditor.access.least_privilege.log_files import LogFiles
    from auditor.access.least_privilege.notes import as_json
    from auditor.access.least_privilege.result import least_privilege
    from auditor.access.least_privilege.usage import used_by
    from auditor.access.world import World
    from auditor.policy import Principal

    if not args.events and not args.last_accessed:
        raise UsageError("what did the principal do?", help=("--events DIR, --last-accessed [FILE], or both",))
    snapshots, account = _seen(args, settings)
    world = World.of_many(snapshots) if snapshots else None
    actor, arn = _principal(args.words[0], world)
    accessed = _accessed(args.last_accessed, arn, snapshots, account)
    logs = LogFiles(args.events)
    usage = used_by(logs, arn) if args.events else None
    if usage is not None and not usage.events and accessed is None:
        raise NothingEvaluated(
            f"no event of {arn} in {count_of(logs.records, 'record')} of {count_of(logs.files, 'file')}",
            help=("a role is given by its own ARN, not by that of a session",),
        )
    found = least_privilege(
        Principal.parse(arn),
        actor.policies.identity if actor else None,
        usage,
        accessed,
        actor.policies if actor else None,
        (*(other.arn for other in world.actors), *world.groups) if world else (),
    )
    if settings["report.quiet"] < 2:
        write(_FORMS[args.format](as_json(arn, actor, found, usage, logs, accessed)))
    if logs.unread:
        Console.of(settings).warn(f"{count_of(len(logs.unread), 'log file')} could not be read, or not to the end")
    doubtful = found.lost or (found.compared and found.compared.answer != "no")
    return INCOMPLETE if logs.unread or doubtful or (actor and actor.blind) else CLEAN


def _seen(args: Namespace, settings: Settings) -> tuple[list[Snapshot], Account | None]:
    """The snapshots that were named, else the account as it is now if IAM has to be asked what the principal did."""
    snapshots = snapshots_of(args)
    if snapshots or args.last_accessed is not True:
        return snapshots, None
    from auditor.cli.look import connected, look_at

    account = connected(args, settings)
    return [look_at(account, settings, LOOKED_AT, Console.of(settings))], account


def _accessed(
    given: str | bool | None, arn: str, snapshots: Iterable[Snapshot], account: Account | None
) -> LastAccessed | None:
    """When the principal used what: from the file that was given, else from its account. Raises NothingEvaluated."""
    from auditor.access.least_privilege.last_accessed import last_accessed, of_snapshots, read_last_accessed

    if not given:
        return None
    if isinstance(given, str):
        return read_last_accessed(given)
    unknown = f"it is not known when {arn} used what"
    if account is None:
        try:
            return of_snapshots(snapshots, arn)
        except NotCollected as signal:
            help = "`auditor collect --with last-accessed` makes a snapshot with it"
            raise NothingEvaluated(f"{unknown}: {signal.blind[0].reason}", help=(help,)) from signal
    from auditor.aws.account import Unseen
    from auditor.collect.last_accessed import reports

    (report,) = reports(account, [arn])
    if isinstance(report, Unseen):
        raise NothingEvaluated(f"{unknown}: {report.failure}")
    return last_accessed(report[1]["ServicesLastAccessed"])


def _principal(text: str, world: World | None) -> tuple[Actor | None, str]:
    """The user or role that is meant, if it was seen, and its ARN. Raises UsageError."""
    if world is None or text.endswith(":root"):
        if not _ARN.fullmatch(text):
            help = ("its ARN, or with --snapshot its name",)
            raise UsageError(f"{shown(text)} is not the ARN of a user, a role or an account's root user", help=help)
        return None, text
    actor = actor_of(text, world)
    return actor, actor.arn


def _json(answer: Mapping[str, Any]) -> str:
    from auditor.report.layout import dumps

    return dumps(answer, 2) + "\n"


def _policy(answer: Mapping[str, Any]) -> str:
    """The policy alone; a list where there are several."""
    from auditor.report.layout import dumps

    policies = answer["policies"]
    return dumps(policies[0], 3) + "\n" if len(policies) == 1 else dumps(policies, 4) + "\n"


def _text(answer: Mapping[str, Any]) -> str:
    from auditor.findings.visible import visible

    return "".join(f"{visible(line)}\n" for line in _lines(answer)) + (_policy(answer) if answer["policies"] else "")


_FORMS = {"text": _text, "json": _json, "policy": _policy}


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    yield answer["principal"]
    if events := answer["events"]:
        yield (
            f"  {count_of(events['of_principal'], 'event')} of {count_of(events['records'], 'record')} "
            f"in {count_of(events['files'], 'file')}: {count_of(len(events['used']), 'action')}"
        )
        yield from _counts("refused calls, no evidence of a need", events["denied"])
        yield from _counts("not mapped to actions", events["unmapped"])
        yield from _counts("need no permission", events["without_permission"])
        for spot in events["unread"][:LISTED]:
            yield f"  not read: {spot['path']}: {spot['reason']}"
    for title, key in (("used, and not allowed by its policies of today", "not_allowed_today"), ("lost", "lost")):
        yield from _some(title, [f"{need['action']} on {need['resource']}" for need in answer[key]])
    if comparison := answer["comparison"]:
        yield f"  allows anything that was not allowed before: {comparison['answer']} ({comparison['reason']})"
        for level, before in comparison["before"].items():
            yield f"  {level:24} {before:>7,} actions before {comparison['after'][level]:>7,} now"
    for note in answer["notes"]:
        yield f"  note: {note}"


def _counts(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield from _some(title, [f"{name} ({times:,})" for name, times in counts.items()])


def _some(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = list(items)
    if listed:
        more = f" and {len(listed) - LISTED:,} more" if len(listed) > LISTED else ""
        yield f"  {title}: {', '.join(listed[:LISTED])}{more}"
