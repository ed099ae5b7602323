"""Requests out of a part of the space of requests: the proof that policies differ there.

A request is made to look like one that AWS could see: a documented action, an ARN of a type that the action takes, and
only the context keys that matter.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, cycle, islice, product
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.actions import UNNAMED, mask, names
from auditor.policy.callers import OWNER
from auditor.policy.dimensions import ACTION, KEYS, PRINCIPAL, RESOURCE, Key
from auditor.policy.holes import Test, several_values, variables
from auditor.policy.patterns import QUESTION, STAR
from auditor.policy.principals import Principal, PrincipalError, PrincipalKind
from auditor.policy.request import Request
from auditor.policy.service_data import action as documented_action
from auditor.policy.service_data import resource_type
from auditor.policy.user_ids import USER_ID, kind_of
from auditor.policy.variables import Template, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.policy.boxes import Box
    from auditor.policy.callers import Caller
    from auditor.policy.dimensions import Values
    from auditor.policy.patterns import Tokens
    from auditor.policy.question import Question
    from auditor.policy.texts import Texts

MAX_PATTERNS: Final = 500
"""With more action patterns than this it is not told which of their combinations hold documented actions."""


class _Filling(NamedTuple):
    """How patterns that a request has to match are filled in."""

    star: str = "x"
    letter: str = "x"
    plain: bool = False
    """Whether of a list of patterns one without variables is taken."""
    others: tuple[str, ...] = ()
    """What a key with several values has besides."""
    swapped: bool = False
    """Whether letters that are compared without regard to case are in the other one."""


_FILLINGS: Final = (_Filling(), _Filling("q:q", "q", swapped=True), _Filling(plain=True), _Filling(others=("x",)))
_NAMES: Final = ("alice", "bob", "carol", "dave")
_FAMILIAR: Final = ("s3:GetObject", "s3:ListBucket", "ec2:DescribeInstances", "iam:GetUser", "sts:AssumeRole")
_FILLS: Final = ("example", "x", "")
_TRIED: Final = 4
"""How many callers, actions and resources are tried for one region."""
_LOOKED_AT: Final = 24
"""How many texts are looked at to find resources."""
_PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z]+)\}")
_PARTS: Final = re.compile(r"[^:/.,=@\s-]+")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_OTHER_OWNER: Final = "222233334444"
_PLACEHOLDERS: Final = {"Partition": "aws", "Region": "us-east-1", "Account": OWNER}


def documented(texts: Texts) -> dict[int, int]:
    """For each atom of actions that holds documented ones, the mask of these; nothing with too many patterns."""
    if len(texts.globs) > MAX_PATTERNS:
        return {}
    parts = {0: _all_documented()}
    for number, glob in enumerate(texts.globs):
        matched = mask(_text(glob.tokens))
        divided: dict[int, int] = {}
        for accepted, actions in parts.items():
            inside = actions & matched
            if inside:
                divided[accepted | 1 << number] = inside
            if inside != actions:
                divided[accepted] = actions ^ inside
        parts = divided
    return {atom: parts[accepted] for atom, accepted in enumerate(texts.accepting) if accepted in parts}


def requests_in(question: Question, region: Box, known: dict[int, int]) -> Iterator[Request]:
    """Requests of a region, the most telling first; `known` is what `documented` told.

    Where the region is bounded by policy variables, not all of these requests need be in it.
    """
    allowed = question.atoms(region, PRINCIPAL)
    callers = [caller for number, caller in enumerate(question.who.all) if allowed >> number & 1]
    actions = list(islice(_actions(question.actions, question.atoms(region, ACTION), known), _TRIED))
    fillings = _FILLINGS if question.tests else _FILLINGS[:1]
    for caller, values, filling in product(callers[:_TRIED], _variables(question, region, callers), fillings):
        context = _context(question, region, caller, values, filling)
        for action in actions if filling is _FILLINGS[0] else actions[:1]:
            for resource in _resources(question, region, action, {**_implied(caller), **context}, filling):
                yield _request(question, caller, action, resource, context)


def _request(question: Question, caller: Caller, action: str, resource: str, context: dict[str, Values]) -> Request:
    """The resource is in the account that its key or its ARN tells.

    Or else in the caller's account where the policies are the caller's own, so that they suffice, and in another where
    they are the resource's, for the same reason.
    """
    named = (*(context.get("aws:resourceaccount") or ()), *resource.split(":", 5)[4:5])
    account = next(filter(_ACCOUNT.fullmatch, named), "")
    principal = _principal(caller, context, "" if question.who.with_principal else account)
    if not account:
        other = OWNER if principal.account != OWNER else _OTHER_OWNER
        account = other if question.who.with_principal else principal.account
    return Request(principal, action, resource, account, context)


def _principal(caller: Caller, context: dict[str, Values], account: str) -> Principal:
    """The caller; of those that a caller stands for, one that the context tells of, or of an account."""
    if caller.others:
        told = context.get("aws:principalaccount") or context.get("kms:calleraccount") or (account,)
        known = (*(context.get("aws:principalarn") or ()), *told)
        for text in known:
            with_account = caller.principal.text.replace(caller.principal.account, text)
            try:
                return Principal.parse(with_account if _ACCOUNT.fullmatch(text) else text)
            except PrincipalError:
                continue
        return _with_user_id(caller.principal, context.get(USER_ID))
    return caller.principal


def _with_user_id(principal: Principal, values: Values) -> Principal:
    """Who can have a value of aws:userid: the principal itself, or a session or root user that the value tells."""
    kind = kind_of(values[0]) if values else None
    if not values or kind in (None, principal.kind, PrincipalKind.USER):
        return principal
    head, _, name = values[0].rpartition(":")
    partition = principal.text.split(":")[1]
    if kind is PrincipalKind.ROLE:
        role = principal.text.rpartition("/")[2]
        return Principal.parse(f"arn:{partition}:sts::{principal.account}:assumed-role/{role}/{name}")
    return Principal.parse(f"arn:{partition}:sts::{head}:federated-user/{name}" if head else name)


def _context(
    question: Question, region: Box, caller: Caller, given: dict[str, Values], filling: _Filling
) -> dict[str, Values]:
    """A value for each key that the region restricts: that of the caller, of a variable, or else the simplest."""
    implied = _implied(caller)
    context = {key: values for key, values in given.items() if not caller.known(key)}
    if caller.arn:
        context["aws:principalarn"] = (caller.arn,)
    for number, dimension in enumerate(question.dimensions, KEYS):
        if isinstance(dimension, Key) and number in region:
            allowed = [value for atom, value in enumerate(dimension.values) if region[number] >> atom & 1]
            follows = implied.get(dimension.name)
            context[dimension.name] = next((value for value in allowed if value == follows), allowed[0])
    # What is compared with regard to case has the last word.
    for test in sorted(_tests(question, region), key=lambda test: test.form != "folded"):
        if test.key and not caller.known(test.key):
            fitting = [it for it in test.patterns if isinstance(it, Template) is not filling.plain or not test.every]
            text = _filled((fitting or test.patterns)[0], {**implied, **context}, filling)
            several = filling.others if several_values(test.key) is not False and not test.every else ()
            swapped = filling.swapped and test.form == "folded"
            context[test.key] = (text.swapcase() if swapped else text, *several)
    return context


def _implied(caller: Caller) -> dict[str, Values]:
    """What a request of the caller has without being given it."""
    derived = Request(caller.principal, "kms:AnyAction", resource_account=OWNER).context
    implied: dict[str, Values] = {key: values for key, values in derived.items() if isinstance(values, tuple)}
    if caller.arn:
        implied["aws:principalarn"] = (caller.arn,)
    return implied


def _tests(question: Question, region: Box) -> Iterator[Test]:
    """The tests that hold throughout the region."""
    for number, dimension in enumerate(question.dimensions, KEYS):
        if isinstance(dimension, Test) and region.get(number) == 2:
            yield dimension


def _variables(question: Question, region: Box, callers: Sequence[Caller]) -> Iterator[dict[str, Values]]:
    """Values for the variables that the question's tests read: none, names, and parts of texts in the region and of
    what is known of the callers."""
    tests = [test for test in question.dimensions if isinstance(test, Test)]
    keys = dict.fromkeys(it.key for test in tests for pattern in test.patterns for it in variables(pattern))
    yield {}
    if keys:
        examples = (text for atom, text in enumerate(question.resources.examples) if _has(question, region, atom))
        known = (caller.value(test.key) or () for test in tests for caller in callers if caller.known(test.key))
        ends = (text[at + 1 :] for text in chain.from_iterable(known) for at in range(len(text)) if text[at] in ":/")
        words = dict.fromkeys(chain(islice(ends, 2 * _TRIED), *map(_PARTS.findall, islice(examples, _TRIED))))
        yield {key: (name,) for key, name in zip(keys, cycle(_NAMES), strict=False)}
        for value in (_NAMES[0], *islice(words, 3 * _TRIED)):
            yield dict.fromkeys(keys, (value,))


def _has(question: Question, region: Box, atom: int) -> bool:
    return bool(question.atoms(region, RESOURCE) >> atom & 1)


def _actions(texts: Texts, allowed: int, known: dict[int, int]) -> Iterator[str]:
    """Documented actions first, and of those the familiar ones."""
    real = 0
    for atom, actions in known.items():
        if allowed >> atom & 1:
            real |= actions
    if real:
        yield from (name for name in _FAMILIAR if mask(name) & real)
        yield from names(real)
    for atom, text in enumerate(texts.examples):
        if allowed >> atom & 1:
            yield text if ":" in text else "example:Action"


def _resources(
    question: Question, region: Box, action: str, context: dict[str, Values], filling: _Filling
) -> Iterator[str]:
    """Resources of the region: filled-in variables, ARNs of the action's resource types, what the patterns show."""
    texts, allowed = question.resources, question.atoms(region, RESOURCE)
    made = [_filled(test.patterns[0], context, filling) for test in _tests(question, region) if not test.key]
    candidates = islice(chain(made, _typed(action), _shown(texts, allowed)), _LOOKED_AT)
    yield from islice((text for text in candidates if text and texts.atom(text) & allowed), _TRIED)
    yield from islice((text for atom, text in enumerate(texts.examples) if allowed >> atom & 1), 1)


def _typed(action: str) -> Iterator[str]:
    """An ARN for each resource type that the action takes; `*` where it takes none."""
    found = documented_action(action)
    if found:
        kinds = (resource_type(found.service, name) for name, _ in found.resource_types)
        for arn in sorted((kind.arn_format for kind in kinds if kind), key=lambda arn: (len(arn), arn)):
            yield _PLACEHOLDER.sub(lambda match: _PLACEHOLDERS.get(match[1], "example"), arn)
    yield "*"


def _shown(texts: Texts, allowed: int) -> Iterator[str]:
    """The patterns of allowed texts, with something in place of their wildcards."""
    shown = [_text(glob.tokens) for glob, atoms in texts.masks.items() if atoms & allowed][:_LOOKED_AT]
    for fill in _FILLS:
        for pattern in shown:
            parts = pattern.split(":", 5)
            if len(parts) == 6 and fill:
                parts[3:5] = parts[3].replace("*", "us-east-1"), parts[4].replace("*", OWNER)
            yield ":".join(parts).replace("*", fill).replace("?", "x")


def _filled(pattern: Template | Tokens, context: dict[str, Values], filling: _Filling) -> str:
    parts = pattern.parts if isinstance(pattern, Template) else pattern
    return "".join(_fill(part, context, filling) for part in parts)


def _fill(part: object, context: dict[str, Values], filling: _Filling) -> str:
    if isinstance(part, Variable):
        return (context.get(part.key) or (part.default or "",))[0]
    return part if isinstance(part, str) else filling.star if part == STAR else filling.letter


def _text(tokens: Tokens) -> str:
    return "".join("*" if token == STAR else "?" if token == QUESTION else str(token) for token in tokens)


@cache
def _all_documented() -> int:
    return mask("*") & ~mask(f"*:{UNNAMED}")
