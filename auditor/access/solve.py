"""Whether a caller can bring about a context in which a request is allowed; the request is the proof.

A decision that hangs on keys nobody knows is asked again with a value for one of them, and so on, until it is allowed
or every kind of value was tried. The kinds are those that the conditions in play tell apart, so a "no" is sure.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from auditor.policy.atoms import TooLarge
from auditor.policy.conditions import compiled, depends_on
from auditor.policy.decide import Answer, Decision, evaluate
from auditor.policy.domains import family, has_variables, sets_of_values, single_values
from auditor.policy.matching import rules
from auditor.policy.patterns import STAR
from auditor.policy.request import Request
from auditor.policy.service_data import action as documented
from auditor.policy.service_data import condition_key
from auditor.policy.specials import BY_TRUST_ALONE
from auditor.policy.ternary import YES
from auditor.policy.user_ids import USER_ID, has_user_id, is_user_id, told_apart
from auditor.policy.values import address, moment, network
from auditor.policy.variables import UNKNOWN, Template, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from auditor.policy.atoms import Glob
    from auditor.policy.domains import Use
    from auditor.policy.layers import Policies
    from auditor.policy.principals import Principal
    from auditor.policy.request import Given

MAX_DECISIONS: Final = 600
"""After so many the search is given up, and the answer is not known."""

_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7")
"""No request comes from there: AWS sees the public address, or none where a VPC endpoint is passed."""

CHOSEN: Final = frozenset({"aws:requestedregion", "aws:securetransport", "aws:useragent", "aws:referer", "aws:tagkeys"})
"""Global keys that whoever calls sets as it likes."""

_OF_SERVICES: Final = frozenset(
    {
        *("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:principalservicename", "aws:principalservicenameslist"),
    }
)
"""Keys that only requests of AWS services carry."""

_OF_SESSIONS: Final = ("aws:federatedprovider", "aws:sourceidentity", "aws:ec2instancesource")
"""Keys that only sessions of roles carry."""

_OF_OTHERS: Final = frozenset({"aws:assumedroot", "aws:chatbotsourcearn"})
"""Keys that requests of neither users nor roles carry: those of AssumeRoot's sessions, and of chat applications."""

_INDIRECT: Final = ("aws:calledvia", "aws:viaaws")
"""Keys that tell of a service that makes a request on behalf of the caller."""

FORWARDING: Final = "cloudformation.amazonaws.com"
"""What makes requests of nearly all kinds for whoever may create a stack; sessions it does not open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
"""

_CARRIED: Final = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")
"""Global keys that only some actions carry."""


_TIME: Final = ("aws:currenttime", "aws:epochtime")


class Outcome(NamedTuple):
    """What became of the search."""

    answer: Literal["yes", "no", "conditional", "unknown"]
    """`conditional` where it takes circumstances that the caller cannot bring about at will, such as a network."""
    witness: Request | None
    """The request that is allowed."""
    decision: Decision
    given: tuple[tuple[str, str], ...] = ()
    """The circumstances: context keys, as they are written, and their values."""


class Facts(NamedTuple):
    """What is known of the keys of a request besides their values."""

    taken_at: str
    """The moment of the snapshot, in ISO 8601: no request comes earlier."""
    tags_free: bool = False
    """Whether the caller may have any tag; else it has those of its context only."""
    marked: bool = False
    """Whether the tags of the resource are known."""
    forwarded: bool = False
    """Whether the caller may have CloudFormation make requests on its behalf."""
    barred: Callable[[str, str], bool] | None = None
    """Whether a value of a key, in lower case, is one that the caller surely does not have."""
    may_tag: Callable[[str, str | None], bool] | None = None
    """Whether a tag that is free may get a value, by the key, in lower case, that tells it; None for no tag."""
    unique_id: str = ""
    """The unique id of the role that calls, where it is known."""


def solve(
    caller: Principal,
    action: str,
    resource: str,
    account: str,
    context: Mapping[str, Given],
    policies: Policies,
    facts: Facts,
) -> Outcome:
    """Look for a context, beyond what is given, in which the request is allowed."""
    first = Request(caller, action, resource, account, context, UNKNOWN)
    decision = evaluate(first, policies)
    if decision.answer is not Answer.CONDITIONAL:
        if decision.answer is not Answer.ALLOW:
            return Outcome("no", None, decision)
        return Outcome("yes", first.settled(), decision)
    search = _Search(first, policies, facts)
    try:
        found = search.run({}, decision)
    except TooLarge:
        return Outcome("unknown", None, decision)
    if found is None:
        return Outcome("no", None, search.refusal or decision)
    request = first.having(found).settled()
    given = tuple(
        (search.written[key], _shown(value)) for key, value in found.items() if _is_circumstance(key, value, facts)
    )
    return Outcome("conditional" if given else "yes", request, evaluate(request, policies), given)


class _Search:
    """One search, and the values of keys that it tries."""

    def __init__(self, request: Request, policies: Policies, facts: Facts) -> None:
        self._request = request
        self._policies = policies
        self._facts = facts
        self._uses = _uses(request, policies)
        self._left = MAX_DECISIONS
        self.written: dict[str, str] = {}
        self.refusal: Decision | None = None

    def run(self, chosen: dict[str, Given], decision: Decision) -> dict[str, Given] | None:
        """The values of further keys with which the request is allowed; None if there are none. Raises TooLarge."""
        if decision.answer is Answer.ALLOW:
            return chosen
        if decision.answer is not Answer.CONDITIONAL:
            self.refusal = self.refusal or decision
            return None
        self.written |= {key.lower(): key for key in decision.conditions}
        key = min((key.lower() for key in decision.conditions), key=self._rank)
        for value in self._values(key, chosen):
            self._left -= 1
            if self._left < 0:
                raise TooLarge("too many combinations of context keys")
            further = {**chosen, key: value}
            found = self.run(further, evaluate(self._request.having(further), self._policies))
            if found is not None:
                return found
        return None

    def _rank(self, key: str) -> tuple[bool, str]:
        """Keys whose values others are compared with come first."""
        return not self._readers(key), key

    def _readers(self, key: str) -> list[str]:
        """The keys that are compared with the value of a key."""
        others = ((other, uses) for other, uses in self._uses.items() if other != key)
        return [other for other, uses in others if any(key in depends_on(*use) for use in uses)]

    def _kinds_of_readers(self, key: str) -> Iterator[str]:
        """What the keys are, or may have to be, that are compared with the value of a key."""
        for reader in self._readers(key):
            known = self._request.context.get(reader)
            yield from known if isinstance(known, tuple) else _kinds(self._uses[reader])

    def _values(self, key: str, chosen: Mapping[str, Given]) -> Iterator[Given]:
        """One value of each kind that the request may carry, None last: the key is absent. Every request has a time."""
        if key.startswith(_INDIRECT):
            yield from self._forwarding(key, chosen)
            return
        if not _is_carried(key, self._request, self._facts):
            yield None
            return
        uses = self._uses.get(key, [])
        now = [_now(key, self._facts)] if key in _TIME else []
        known = condition_key(key, self._request.service)
        of_bool = known is not None and known.types == ("Bool",)
        others = told_apart(self._facts.unique_id) if key == USER_ID else ()
        kinds = ("true", "false") if of_bool else (*_kinds(uses, others), *self._kinds_of_readers(key))
        values = dict.fromkeys((*now, *self._resolved(uses, chosen), *kinds))
        plausible = [value for value in values if self._may_have(key, value) and _is_plausible(key, value, self._facts)]
        if any(use[0].quantifier for use in uses) and (known is None or known.multi_valued):
            tests = [self._test(use, key, plausible, chosen) for use in uses if use[0].operator != "null"]
            yield from sets_of_values(plausible, tests)
        else:
            yield from plausible
        if key not in (*_TIME, USER_ID) and _may_be_tagged(key, None, self._facts):
            yield None

    def _may_have(self, key: str, value: str) -> bool:
        """Whether the caller is of a kind that has such a value."""
        return key != USER_ID or is_user_id(self._request.principal.kind, value, self._facts.unique_id)

    def _forwarding(self, key: str, chosen: Mapping[str, Given]) -> Iterator[Given]:
        """What tells that the caller makes the request itself, and that a service does; all such keys tell the same."""
        flag = key.startswith("aws:viaaws")
        told = {value not in (None, "false") for other, value in chosen.items() if other.startswith(_INDIRECT)}
        if True not in told:
            yield "false" if flag else None
        if False not in told and self._facts.forwarded and self._request.service != "sts":
            yield "true" if flag else FORWARDING if key != "aws:calledvia" else [FORWARDING]

    def _resolved(self, uses: list[Use], chosen: Mapping[str, Given]) -> Iterator[str]:
        """Values with policy variables, filled in where the variables are known."""
        request = self._request.having(chosen)
        for condition, version in uses:
            if has_variables(condition, version):
                for value in condition.values:
                    taken = template(value, wildcards="like" in condition.operator or "arn" in condition.operator)
                    filled = taken.resolve(request) if isinstance(taken, Template) else taken
                    if isinstance(filled, tuple):
                        yield "".join("x" if part == STAR else str(part) for part in filled)

    def _test(self, use: Use, key: str, values: list[str], chosen: Mapping[str, Given]) -> int:
        holds = compiled(*use)
        asked = ((at, self._request.having({**chosen, key: value})) for at, value in enumerate(values))
        return sum(1 << at for at, request in asked if holds(request) == YES)


def _uses(request: Request, policies: Policies) -> dict[str, list[Use]]:
    """Key -> the conditions on it, in the statements about the request's action."""
    levels = (policy for level in (*policies.scps, *policies.rcps) for policy in level.policies)
    own = (*policies.identity, *policies.boundaries, *policies.session, *policies.endpoint)
    found: dict[str, list[Use]] = {}
    for policy in dict.fromkeys((*own, *((policies.resource,) if policies.resource else ()), *levels)):
        for rule in rules(policy, request.action_key):
            for condition in rule.statement.conditions:
                uses = found.setdefault(condition.key, [])
                if (condition, policy.version) not in uses:
                    uses.append((condition, policy.version))
    return found


def _kinds(uses: list[Use], others: Sequence[Glob] = ()) -> Iterator[str]:
    """One value of each kind that some conditions on one key tell apart; what only variables read has any value.

    Texts are told apart by `others` as well.
    """
    by_family: dict[str, list[Use]] = {}
    for use in uses:
        by_family.setdefault(family(use[0]), []).append(use)
    for kind, listed in by_family.items():
        if kind != "presence":
            yield from single_values(listed, others if kind == "text" else ())
    if not by_family or by_family.keys() == {"presence"}:
        yield "x"
    if others and "text" not in by_family:
        yield from single_values((), others)


def _is_carried(key: str, request: Request, facts: Facts) -> bool:
    """Whether a request for the action can have the key, by what AWS documents and by what is known."""
    if key.startswith("aws:principaltag/"):
        return facts.tags_free
    if key in _OF_SERVICES:
        return request.principal.kind == "service"
    if key == USER_ID:
        return has_user_id(request.principal.kind)
    if key in _OF_OTHERS or (key.startswith(_OF_SESSIONS) and request.principal.kind == "user"):
        return False
    resource_tag = "resourcetag/" in key
    if resource_tag and facts.marked:
        return False
    if key.startswith("aws:") and not key.startswith(_CARRIED):
        return True
    known = documented(request.action)
    if known is None or request.action_key in BY_TRUST_ALONE:
        return True
    return any(_is_of_family(key, name.lower()) for name in known.condition_keys)


def _is_of_family(key: str, name: str) -> bool:
    head, varies, tail = name.partition("${")
    return key == name if not varies else key.startswith(head) and key.endswith(tail.partition("}")[2])


def _is_plausible(key: str, value: str, facts: Facts) -> bool:
    """Whether a request can carry the value."""
    if (facts.barred is not None and facts.barred(key, value)) or not _may_be_tagged(key, value, facts):
        return False
    if key in _TIME:
        when = moment(value)
        return when is not None and when >= (moment(facts.taken_at) or 0)
    if key == "aws:sourceip":
        found = address(value)
        return found is not None and not any(private.contains(found) for private in map(network, _PRIVATE) if private)
    return True


def _may_be_tagged(key: str, value: str | None, facts: Facts) -> bool:
    return facts.may_tag is None or "tag/" not in key or facts.may_tag(key, value)


def _now(key: str, facts: Facts) -> str:
    """The moment of the snapshot, as a key has it."""
    return str((moment(facts.taken_at) or 0) // 1_000_000_000) if key == "aws:epochtime" else facts.taken_at


def _is_circumstance(key: str, value: Given, facts: Facts) -> bool:
    """Whether having the value is not up to the caller, and not the case right now."""
    if (
        value is None
        or (key in _TIME and value == _now(key, facts))
        or (key.startswith(_INDIRECT) and value == "false")
    ):
        return False
    return key.startswith("aws:") and key not in CHOSEN and not key.startswith("aws:requesttag/")


def _shown(value: Given) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
