"""`auditor access who-can`, `can`, `admins` and `paths`: the answers as tables and JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from auditor.cli.access import actor_of, snapshots_of
from auditor.cli.access_answers import Told, condition, policies, principal, request, table
from auditor.cli.access_paths import told_paths
from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.errors import NothingEvaluated, UsageError
from auditor.findings.gate import CLEAN, INCOMPLETE
from auditor.findings.summary import count_of
from auditor.textfiles import shown

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator

    from auditor.access.graph import Graph
    from auditor.access.queries import Answer
    from auditor.access.world import World
    from auditor.config import Settings
    from auditor.snapshot.snapshot import Snapshot

SECTIONS: Final = ("iam.users", "iam.groups", "iam.roles", "iam.policies")
"""What an answer is about: where any of it was not seen, the answer is open."""

_ORGANIZATION: Final = (
    *("organizations.organization", "organizations.seat", "organizations.accounts", "organizations.policies"),
)
"""What tells what the organization forbids."""

LOOKED_AT: Final = (*SECTIONS, "iam.aws_managed_policies", *_ORGANIZATION)
"""What is collected of an account of which there is no snapshot."""

LISTED: Final = 10
"""How many actions a row lists, and how many principals' blind spots are told."""

_ACTION: Final = re.compile(r"[a-z0-9-]+:[a-z0-9*?]+|\*", re.IGNORECASE)


def run(args: Namespace, settings: Settings) -> int:
    """Answer the question and return the exit code."""
    from auditor.access.graph import graph
    from auditor.access.world import World
    from auditor.report.layout import dumps

    console = Console.of(settings)
    snapshots = snapshots_of(args) or [_looked(args, settings, console)]
    world = World.of_many(snapshots)
    if not world.actors:
        raise NothingEvaluated("no user or role was seen", help=("`auditor collect` makes a snapshot with both",))
    told = _ASK[args.question](args, graph(world), console)
    spots = (*_sections_unseen(snapshots), *((actor.arn, reason) for actor, reason in told.open))
    unseen = tuple(dict.fromkeys(spots))
    undecided = tuple(dict.fromkeys((actor.arn, what) for actor, what in told.undecided))
    if settings["report.quiet"] < 2:
        if args.format == "json":
            write(dumps({**told.json, "unseen": _spots(unseen), "undecided": _spots(undecided)}, 3) + "\n")
        else:
            write(told.text + ("".join(_notes(undecided)) if args.format == "text" else ""))
    for whose, reason in dict.fromkeys(_organizations_unseen(snapshots, world)):
        console.note(f"what the organization forbids in {whose} was not seen: {reason}")
    for whose, reason in unseen[:LISTED]:
        console.warn(f"not seen of {whose}: {reason}")
    if len(unseen) > LISTED:
        console.warn(f"and {len(unseen) - LISTED:,} more that was not seen; --format json has all")
    if undecided and args.format not in ("json", "text"):
        console.warn(f"{count_of(len(undecided), 'question')} could not be decided; --format json has all")
    return INCOMPLETE if unseen or undecided else CLEAN


def _organizations_unseen(snapshots: Iterable[Snapshot], world: World) -> Iterator[tuple[str, str]]:
    """The calls that would have told what may forbid an answer. Answers tell that it may, and stay answers."""
    for snapshot in snapshots:
        limits = world.limits[snapshot.account]
        for section in _ORGANIZATION if limits.unless or limits.unless_resource else ():
            spots = (blind for blind in snapshot.blind(section) if blind.operation)
            yield from ((f"account {snapshot.account}", blind.reason) for blind in spots)


def _spots(spots: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"of": whose, "reason": reason} for whose, reason in spots]


def _notes(undecided: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What could not be found out, in lines that stand below a table."""
    from auditor.findings.visible import visible

    for whose, what in undecided:
        yield f"not decided of {visible(whose)}: {visible(what)}\n"


def _looked(args: Namespace, settings: Settings, console: Console) -> Snapshot:
    """The account as it is now."""
    from auditor.cli.look import look

    return look(args, settings, LOOKED_AT, console)


def _sections_unseen(snapshots: Iterable[Snapshot]) -> Iterator[tuple[str, str]]:
    for snapshot in snapshots:
        for section in SECTIONS:
            yield from ((f"account {snapshot.account}", blind.reason) for blind in snapshot.blind(section))


# -- who-can and can ---------------------------------------------------------------------------------------------------


def _who_can(args: Namespace, graph: Graph, console: Console) -> Told:
    from auditor.access.queries import undecided, unseen, who_can

    (action,) = _actions(args.words[:1], console)
    if "*" in action or "?" in action:
        raise UsageError(f"who-can takes one action, not {shown(action)}", help=("such as s3:GetObject",))
    resource = args.words[1] if len(args.words) > 1 else ""
    if resource not in ("", "*") and not resource.startswith("arn:"):
        raise UsageError(f"{shown(resource)} is no resource", help=("its ARN; without one, any resource is meant",))
    answers = who_can(graph, action, resource)
    rows = [[it.actor.arn, *_cells(it)] for it in answers]
    json = {"question": "who-can", "action": action, "resource": resource or None, "answers": _listed(answers)}
    _note_resource_policies(action, resource, console)
    return Told(
        json,
        table(("principal", "answer", "condition", "by"), rows),
        tuple(unseen(it.actor for it in answers)),
        tuple(undecided(answers)),
    )


def _can(args: Namespace, graph: Graph, console: Console) -> Told:
    from auditor.access.queries import can, undecided, unseen

    actor = actor_of(args.words[0], graph.world)
    actions = _actions((word.strip() for text in args.action for word in text.split(",")), console)
    answers = can(graph, actor, actions)
    if actions:
        drawn = table(("action", "answer", "condition", "by"), [[it.action, *_cells(it)] for it in answers])
    else:
        drawn = table(("service", "answer", "condition", "actions"), list(_by_service(answers)))
    json = {"question": "can", "principal": actor.arn, "actions": list(actions), "answers": _listed(answers)}
    return Told(json, drawn, tuple(unseen([actor])), tuple(undecided(answers)))


def _cells(answer: Answer) -> list[str]:
    labels = dict.fromkeys(grant.label for grant in answer.grants)
    return [answer.access.answer, condition((answer.access,)), ", ".join(labels)]


def _by_service(answers: Iterable[Answer]) -> Iterator[list[str]]:
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for it in answers:
        service, _, name = it.action.partition(":")
        grouped.setdefault((service, it.access.answer, condition((it.access,))), []).append(name)
    for key, names in sorted(grouped.items()):
        more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
        yield [*key, f"{', '.join(names[:LISTED])}{more}"]


def _listed(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    return [
        {
            **principal(it.actor),
            "action": it.action,
            "answer": it.access.answer,
            "policies": policies(it.grants),
            **request(it.access),
        }
        for it in answers
    ]


def _actions(words: Iterable[str], console: Console) -> tuple[str, ...]:
    """Actions as AWS spells them. Raises UsageError for what can be none."""
    from auditor.access.queries import spelled
    from auditor.policy.actions import mask
    from auditor.policy.service_data import nearest_action

    actions = tuple(filter(None, words))
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise UsageError(f"{shown(action)} is no action", help=("an action is service:name",))
        if not mask(action):
            near = nearest_action(action)
            console.warn(f"AWS documents no action {action}" + (f"; did you mean {near}?" if near else ""))
    return tuple(action if "*" in action or "?" in action else spelled(action) for action in actions)


def _note_resource_policies(action: str, resource: str, console: Console) -> None:
    from auditor.policy.specials import BY_TRUST

    if action.lower().startswith("kms:"):
        console.note("policies of keys are not in a snapshot: they are taken to leave the keys to their account")
    elif resource and action.lower() not in BY_TRUST:
        console.note("a policy of the resource itself is not in a snapshot: it may let in more, or fewer")


# -- admins -----------------------------------------------------------------------------------------------------------


def _admins(_: Namespace, graph: Graph, __: Console) -> Told:
    from auditor.access.queries import undecided_ways, unseen

    rows, listed = [], []
    for arn, proof in graph.admins.items():
        words = "is allowed everything" if proof.does_everything else f"can {proof.words}"
        by = ", ".join(dict.fromkeys(grant.label for grant in proof.grants))
        rows.append([arn, words, condition(proof.steps), by, proof.actor.aws_made])
        listed.append(
            {**principal(proof.actor), "technique": proof.technique.id, "words": words}
            | {"policies": policies(proof.grants), "requests": list(map(request, proof.steps))}
        )
    drawn = table(("principal", "how", "condition", "by", "made by AWS"), rows)
    found = (proof.actor for proof in graph.admins.values())
    json = {"question": "admins", "administrators": listed}
    return Told(json, drawn, tuple(unseen(graph.people)), tuple(undecided_ways(graph, found)))


_ASK: Final[dict[str, Callable[[Namespace, Graph, Console], Told]]] = {
    "who-can": _who_can,
    "can": _can,
    "admins": _admins,
    "paths": told_paths,
}
