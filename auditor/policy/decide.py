"""The decision on one request.

An explicit Deny in any policy that applies wins. Otherwise SCPs and VPC endpoint policies must allow, and so must the
caller's own policies, the resource's policy, or both.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from auditor.policy.layers import Group, Layer, Level, Policies, beyond_resource_policy, groups
from auditor.policy.matching import Rule, rules
from auditor.policy.principals import Grade, PrincipalKind
from auditor.policy.specials import (
    ALWAYS_ALLOWED,
    BY_TRUST_ALONE,
    NOT_ACROSS_ACCOUNTS,
    can_make,
    needs_resource_policy,
)
from auditor.policy.ternary import MAYBE, NO, YES

if TYPE_CHECKING:
    from auditor.policy.request import Request
    from auditor.policy.source import Span
    from auditor.policy.ternary import Truth

__all__ = ["Answer", "Cause", "Decision", "Layer", "Level", "Policies", "evaluate"]


class Answer(StrEnum):
    """What becomes of a request."""

    ALLOW = "allow"
    IMPLICIT_DENY = "implicit_deny"
    """Nothing refuses it, but something that must allow it doesn't."""
    EXPLICIT_DENY = "explicit_deny"
    CONDITIONAL = "conditional"
    """It hangs on context keys that are not known."""


class Cause(NamedTuple):
    """A statement that led to the decision."""

    layer: Layer
    level: str
    """The id of a level of SCPs or RCPs, else empty."""
    policy: int
    """The position of the policy in its layer, across all levels; from 0."""
    statement: int
    """The position of the statement in its policy; from 0."""
    rule: Rule

    @property
    def span(self) -> Span:
        """Where the statement stands in the text of its policy."""
        return self.rule.policy.source.span(self.rule.statement.path)


class Decision(NamedTuple):
    """The answer to a request, and why."""

    answer: Answer
    decided_by: tuple[Layer, ...]
    """An explicit deny: where it is. An allow: what granted it. An implicit deny: what lacks an Allow. A conditional
    answer: what is in doubt."""
    statements: tuple[Cause, ...]
    """The statements of these layers that apply; for an implicit deny there are none."""
    conditions: tuple[str, ...] = ()
    """The unknown context keys that a conditional answer hangs on, as they are written, sorted."""


class _Match(NamedTuple):
    """A statement that applies to the request, or may."""

    group: Group
    policy: int
    rule: Rule
    truth: Truth


class _Way(NamedTuple):
    """A way to be granted access, and the layers that grant it."""

    granted: Truth
    layers: tuple[Layer, ...]


class _Found:
    """What the policies say of a request. Matches are in the order of layers, policies and statements."""

    __slots__ = ("_allowed", "_by_grade", "allows", "denies")

    def __init__(self, request: Request, policies: Policies) -> None:
        self.allows: list[_Match] = []
        self.denies: list[_Match] = []
        self._allowed: dict[Layer, Truth] = {}
        self._by_grade = [NO] * len(Grade)
        if request.principal.kind is PrincipalKind.FEDERATED and not policies.session:
            # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
            self._allowed[Layer.SESSION] = NO
        applying = groups(request, policies)
        bounded = any(group.layer is Layer.BOUNDARY for group in applying)
        for group in applying:
            truth = self._search(request, group, bounded)
            if group.layer in self._allowed:
                truth = min(truth, self._allowed[group.layer])
            self._allowed[group.layer] = truth
        if self.denies and beyond_resource_policy(request):
            self.denies = [match for match in self.denies if match.group.layer is not Layer.RESOURCE]

    def _search(self, request: Request, group: Group, bounded: bool) -> Truth:
        """Collect the statements of a group; the answer is whether one of them allows the request."""
        principal, action = request.principal, request.action_key
        of_resource = group.layer is Layer.RESOURCE
        allowed = NO
        for position, policy in enumerate(group.policies, group.first):
            for rule in rules(policy, action):
                grade = rule.grade(principal, bounded=bounded)
                truth = rule.holds(request) if grade else NO
                if truth == NO:
                    continue
                match = _Match(group, position, rule, truth)
                if not rule.allow:
                    self.denies.append(match)
                    continue
                self.allows.append(match)
                if truth > allowed:
                    allowed = truth
                if of_resource and truth > self._by_grade[grade]:
                    self._by_grade[grade] = truth
        return allowed

    def allowed(self, layer: Layer, *, absent: Truth) -> Truth:
        """Whether every level of a layer allows the request; `absent` where no policy of the layer applies."""
        return self._allowed.get(layer, absent)

    def resource(self, grade: Grade) -> Truth:
        """Whether the resource policy allows the request in a statement that names the caller at least so closely."""
        return max(self._by_grade[grade:])


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide on a request."""
    if request.principal.kind in ALWAYS_ALLOWED.get(request.action_key, ()):
        return Decision(Answer.ALLOW, (Layer.AWS,), ())
    found = _Found(request, policies)
    if refusing := [match for match in found.denies if match.truth == YES]:
        return Decision(Answer.EXPLICIT_DENY, _layers(refusing), _causes(refusing))
    ways = _ways(request, found)
    granted = max(way.granted for way in ways)
    allowed = min(granted, found.allowed(Layer.SCP, absent=YES), found.allowed(Layer.VPC_ENDPOINT, absent=YES))
    if allowed == NO:
        return Decision(Answer.IMPLICIT_DENY, _lacking(found, ways[-1].layers if granted == NO else ()), ())
    if allowed == MAYBE or found.denies:
        return _conditional(request, found, granted)
    granting = {layer for way in ways if way.granted == YES for layer in way.layers}
    causes = [match for match in found.allows if match.truth == YES and match.group.layer in granting]
    return Decision(Answer.ALLOW, tuple(layer for layer in Layer if layer in granting), _causes(causes))


_LIMITS = (Layer.SCP, Layer.VPC_ENDPOINT)
_RESOURCE_ALONE = frozenset({PrincipalKind.SERVICE, PrincipalKind.PROVIDER, PrincipalKind.ANONYMOUS})


def _ways(request: Request, found: _Found) -> list[_Way]:
    """Every way to be granted access; the last is the one that a refusal is blamed on."""
    caller, resource = request.principal, _Way(found.resource(Grade.ACCOUNT), (Layer.RESOURCE,))
    if request.service == "sts" and not can_make(caller, request.action_key):
        return [_Way(NO, (Layer.AWS,))]
    if caller.kind in _RESOURCE_ALONE or request.action_key in BY_TRUST_ALONE:
        return [resource]
    inside = caller.account == request.resource_account
    if caller.kind is PrincipalKind.ROOT:
        return [_Way(YES, (Layer.AWS,))] if inside and not needs_resource_policy(request) else [resource]
    limits = min(found.allowed(Layer.BOUNDARY, absent=YES), found.allowed(Layer.SESSION, absent=YES))
    own = min(found.allowed(Layer.IDENTITY, absent=NO), limits)
    both = _Way(min(own, resource.granted), (Layer.IDENTITY, Layer.RESOURCE))
    if not inside:
        return [_Way(NO, (Layer.AWS,)) if request.action_key in NOT_ACROSS_ACCOUNTS else both]
    return [
        *_overriding(found, limits),
        both if needs_resource_policy(request) else _Way(own, (Layer.IDENTITY,)),
    ]


def _overriding(found: _Found, limits: Truth) -> list[_Way]:
    """Which implicit denies an Allow in the resource policy overrides inside an account, by whom it names.

    The very user or session, or everyone: all. The role of a session, or the user of a federated one: that of the
    identity policies. The account: none, it only leaves the decision to the account's own policies.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if found.resource(Grade.ACCOUNT) == NO:
        return []
    return [
        _Way(found.resource(Grade.DIRECT), (Layer.RESOURCE,)),
        _Way(min(found.resource(Grade.ENTITY), limits), (Layer.RESOURCE,)),
    ]


def _lacking(found: _Found, needed: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers that don't allow the request: of those that limit it, and of those needed to be granted it."""
    wanting = {layer for layer in _LIMITS if found.allowed(layer, absent=YES) == NO}
    if Layer.IDENTITY in needed:
        own = (Layer.BOUNDARY, Layer.SESSION)
        wanting.update(layer for layer in own if found.allowed(layer, absent=YES) == NO)
    for layer in needed:
        truth = found.resource(Grade.ACCOUNT) if layer is Layer.RESOURCE else found.allowed(layer, absent=NO)
        if truth == NO:
            wanting.add(layer)
    return tuple(layer for layer in Layer if layer in wanting)


def _conditional(request: Request, found: _Found, granted: Truth) -> Decision:
    doubtful = [
        *(match for match in found.allows if match.truth == MAYBE and _matters(match.group.layer, found, granted)),
        *found.denies,
    ]
    doubtful.sort(key=lambda match: (_ORDER[match.group.layer], match.policy, match.rule.statement.index))
    keys: dict[str, str] = {}
    for match in doubtful:
        keys = match.rule.unknown_keys(request) | keys
    return Decision(Answer.CONDITIONAL, _layers(doubtful), _causes(doubtful), tuple(sorted(keys.values())))


def _matters(layer: Layer, found: _Found, granted: Truth) -> bool:
    """Whether one more Allow in a layer might change the answer."""
    if layer is Layer.RCP:
        return False
    if layer is Layer.RESOURCE:
        return granted != YES
    return found.allowed(layer, absent=YES) != YES and (layer in _LIMITS or granted != YES)


_ORDER = {layer: position for position, layer in enumerate(Layer)}


def _layers(matches: list[_Match]) -> tuple[Layer, ...]:
    found = {match.group.layer for match in matches}
    return tuple(layer for layer in Layer if layer in found)


def _causes(matches: list[_Match]) -> tuple[Cause, ...]:
    return tuple(
        Cause(group.layer, group.level, policy, rule.statement.index, rule) for group, policy, rule, _ in matches
    )
