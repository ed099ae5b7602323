"""`auditor policy`: questions about policy documents alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from auditor.cli.console import Console
from auditor.cli.pipe import write
from auditor.cli.policy_files import MAX_BYTES, TYPES, attached, look_up
from auditor.errors import InputError, UsageError
from auditor.findings.gate import CLEAN, FINDINGS, INCOMPLETE
from auditor.findings.summary import count_of
from auditor.textfiles import read_text, shown

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable, Iterator

    from auditor.config import Settings
    from auditor.policy import Comparison, Policy, Request

HELP = """\
simulate FILE|-        decide on requests, one JSON object a line, each with the policies that it meets
compare OLD NEW        does NEW allow anything that OLD does not?
check-access POLICY    does the policy grant any of the actions that --deny names, on --resource?
check-public POLICY    does the policy of a resource let in the public? --type tells what resource that is

The last three answer `no`, `yes` with a request that proves it, or `may` with the reason; - is standard input. They
take only the documents into account that they are given.

exit codes: 0 no, 1 yes, 3 may; of simulate 0, and 2 where a line is no request (the others are answered)
"""
USAGE = " simulate|compare|check-access|check-public FILE..."

EXIT_CODES = {"no": CLEAN, "yes": FINDINGS, "may": INCOMPLETE}
NOT_A_REQUEST = 2

_ACTION = re.compile(r"\*|[^\s:]+:[^\s:]+")


class _Verb(NamedTuple):
    """What follows it: the files by name, and the options that it takes."""

    run: Callable[[Namespace, Settings], int]
    files: tuple[str, ...]
    options: tuple[str, ...]


def arguments(parser: ArgumentParser) -> None:
    """Add what belongs to this command alone."""
    parser.add_argument("verb", choices=tuple(_VERBS), metavar="QUESTION", help=", ".join(_VERBS))
    parser.add_argument("files", nargs="+", metavar="FILE", help="file; - is standard input")
    parser.add_argument(
        "--type",
        metavar="TYPE",
        help=f"what the policies are: {', '.join(TYPES)}, or what they are attached to, such as s3-bucket; "
        "their look decides without it",
    )
    parser.add_argument("--deny", metavar="ACTION,…", action="append", default=[], help="actions not to be granted")
    parser.add_argument("--resource", metavar="ARN", help="the resource that they are about (default: any)")
    parser.add_argument("--format", choices=("text", "json"), help="form (default: json for simulate, else text)")


def run(args: Namespace, settings: Settings) -> int:
    """Run the command and return its exit code."""
    verb = _VERBS[args.verb]
    if len(args.files) != len(verb.files):
        raise UsageError(f"`auditor policy {args.verb}` takes {' and '.join(verb.files)}, not {len(args.files)} files")
    for option in ("type", "deny", "resource"):
        if getattr(args, option) and option not in verb.options:
            raise UsageError(f"`auditor policy {args.verb}` has no option --{option}")
    if args.files.count("-") > 1:
        raise UsageError("standard input can be read only once")
    look_up(settings)
    return verb.run(args, settings)


# -- simulate ----------------------------------------------------------------------------------------------------------


def _simulate(args: Namespace, settings: Settings) -> int:
    from auditor.cli.json_lines import objects
    from auditor.policy.simulate import SimulationError, simulate
    from auditor.report.layout import line

    form = _decision_text if args.format == "text" else line
    broken = 0
    for number, text in objects(args.files[0], MAX_BYTES):
        try:
            if len(text) > MAX_BYTES:
                raise SimulationError(f"longer than {MAX_BYTES:,} bytes")
            answer = simulate(text)
        except SimulationError as error:
            answer = {"line": number, "error": str(error)}
        broken += "error" in answer
        if settings["report.quiet"] < 2:
            write(f"{form(answer)}\n")
    if broken:
        Console.of(settings).warn(f"{count_of(broken, 'line')} without a request that can be decided on")
    return NOT_A_REQUEST if broken else CLEAN


def _decision_text(answer: dict[str, Any]) -> str:
    """`allow by identity: identity policy 0, statement 2 at line 9`."""
    from auditor.findings.visible import visible

    if "error" in answer:
        return visible(f"line {answer['line']}: error: {answer['error']}")
    told = answer["decision"].replace("_", " ")
    if answer["decided_by"]:
        told += f" by {', '.join(answer['decided_by'])}"
    if conditions := answer.get("conditions"):
        told += f", depending on {', '.join(conditions)}"
    listed = "; ".join(
        f"{cause['layer']} policy {cause['policy']}, statement {cause['statement']} at line {cause['span']['line']}"
        for cause in answer["statements"]
    )
    return visible(f"{told}: {listed}" if listed else told)


# -- compare, check-access, check-public -------------------------------------------------------------------------------


def _compare(args: Namespace, settings: Settings) -> int:
    from auditor.policy.comparison import compare

    old, new = _policies(args, settings)
    return _tell(compare(old, new), args, settings)


def _check_access(args: Namespace, settings: Settings) -> int:
    from auditor.policy.comparison import check_access

    (policy,) = _policies(args, settings)
    actions = _actions(args.deny, Console.of(settings))
    return _tell(check_access(policy, actions, args.resource or "*"), args, settings)


def _check_public(args: Namespace, settings: Settings) -> int:
    from auditor.policy import NotComparable, check_public

    (policy,) = _policies(args, settings)
    try:
        return _tell(check_public(policy), args, settings)
    except NotComparable as error:
        raise UsageError(str(error), help=("--type tells what it is attached to, such as s3-bucket",)) from error


_VERBS = {
    "simulate": _Verb(_simulate, ("FILE",), ()),
    "compare": _Verb(_compare, ("OLD", "NEW"), ("type",)),
    "check-access": _Verb(_check_access, ("POLICY",), ("type", "deny", "resource")),
    "check-public": _Verb(_check_public, ("POLICY",), ("type",)),
}


def _actions(given: Iterable[str], console: Console) -> tuple[str, ...]:
    """The actions that --deny names. Raises UsageError for none, and for what cannot be an action."""
    from auditor.policy.actions import mask
    from auditor.policy.service_data import nearest_action

    actions = tuple(word.strip() for text in given for word in text.split(",") if word.strip())
    if not actions:
        raise UsageError("which actions must not be granted?", help=("--deny s3:GetObject,s3:PutObject",))
    for action in actions:
        if not _ACTION.fullmatch(action):
            raise UsageError(f"{shown(action)} is no action", help=("an action is service:name, also with * and ?",))
        if not mask(action):
            near = nearest_action(action)
            console.warn(f"AWS documents no action {action}" + (f"; did you mean {near}?" if near else ""))
    return actions


def _policies(args: Namespace, settings: Settings) -> tuple[Policy, ...]:
    """The policies in the files, all of one kind. What is malformed in them is told, as it grants nothing.

    Raises InputError for a file that holds no JSON object, and UsageError where the kinds look different.
    """
    from auditor.policy import Kind, Policy, guess_kind

    plain = tuple(map(_read, args.files))
    if args.type:
        kind, resource_type = (Kind(args.type), "") if args.type in TYPES else attached(args.type)
    else:
        seen = {guess_kind(policy.source.value) for policy in plain} - {Kind.IDENTITY}
        if len(seen) > 1:
            raise UsageError("the policies look to be of different types", help=("--type tells what they are",))
        kind, resource_type = next(iter(seen), Kind.IDENTITY), ""
    console = Console.of(settings)
    policies = tuple(Policy.parse(policy.source.text, kind, resource_type) for policy in plain)
    for path, policy in zip(args.files, policies, strict=True):
        for problem in policy.problems[:10]:
            span = policy.source.span(problem.path)
            console.warn(f"{path}:{span.line}:{span.column}: {problem.message}")
    return policies


def _read(path: str) -> Policy:
    from auditor.policy import Policy, SourceError

    try:
        return Policy.parse(read_text(path, MAX_BYTES))
    except SourceError as error:
        raise InputError(
            f"{path}:{error.line}:{error.column}: {error}", help=("`auditor lint` tells more about a policy",)
        ) from error


def _tell(found: Comparison, args: Namespace, settings: Settings) -> int:
    """Write the answer, and return the exit code that it means."""
    from auditor.findings.visible import visible
    from auditor.report.layout import dumps

    proof = simulation(found.witness) if found.witness else None
    if args.format == "json":
        text = dumps({"answer": found.answer, "reason": found.reason, "witness": proof}, 3) + "\n"
    else:
        lines = [f"{found.answer}: {found.reason}", *(_proof_text(proof["request"]) if proof else ())]
        text = "".join(f"{visible(line)}\n" for line in lines)
    if settings["report.quiet"] < 2:
        write(text)
    return EXIT_CODES[found.answer]


def simulation(witness: Request) -> dict[str, Any]:
    """A request as `auditor policy simulate` reads it, without what follows from its principal and account."""
    from auditor.policy import Principal, Request

    caller = witness.principal
    plain = Request(caller, witness.action, witness.resource, witness.resource_account)
    given = {
        key: list(values) if len(values) > 1 else values[0]
        for key, values in witness.context.items()
        if isinstance(values, tuple) and values and plain.context.get(key) != values
    }
    request = {
        "principal": caller.text or {"anonymous": True},
        "action": witness.action,
        "resource": witness.resource,
        "resource_account": witness.resource_account,
        "context": given,
    }
    known = not caller.text or Principal.parse(caller.text).account == caller.account
    return {"request": request} | ({} if known else {"caller_account": caller.account})


def _proof_text(request: dict[str, Any]) -> Iterator[str]:
    principal = request["principal"]
    yield f"  principal  {principal if isinstance(principal, str) else 'anonymous'}"
    yield f"  action     {request['action']}"
    yield f"  resource   {request['resource']}"
    for key, value in sorted(request["context"].items()):
        yield f"  context    {key} = {value if isinstance(value, str) else ', '.join(value)}"
