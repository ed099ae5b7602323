"""Who gets into a role from outside: what its trust policy, with the organization's, lets callers of each kind do.

Each answer is the engine's, about a caller who has every permission of its own and has only the context that it can
have; where it is "yes", a request proves it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from auditor.access.holdings import EVERYTHING
from auditor.access.solve import Facts, Outcome, solve
from auditor.policy.callers import Callers
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Policies
from auditor.policy.patterns import glob
from auditor.policy.principals import Principal, PrincipalError, PrincipalKind
from auditor.policy.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.policy.elements import Statement
    from auditor.policy.layers import Level
    from auditor.policy.request import Given

Barred = Callable[[str, str], bool]
"""Whether a value of a key, in lower case, is one that a caller surely does not have."""

ASSUME: Final = "sts:AssumeRole"
WITH_SAML: Final = "sts:AssumeRoleWithSAML"
WITH_WEB_IDENTITY: Final = "sts:AssumeRoleWithWebIdentity"

EXTERNAL_ID: Final = "sts:externalid"

NO_MFA: Final[tuple[Mapping[str, Given], ...]] = (
    {"aws:multifactorauthpresent": None, "aws:multifactorauthage": None},
    {"aws:multifactorauthpresent": "false", "aws:multifactorauthage": None},
)
"""What requests carry without MFA: those signed with a long-term key, and those of a session.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
"""

NO_EXTERNAL_ID: Final[tuple[Mapping[str, Given], ...]] = (
    {EXTERNAL_ID: None},
    {EXTERNAL_ID: "an-id-nobody-agreed-on"},
)
"""What requests carry that nobody agreed on an external id for.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""

ANYTHING: Final[tuple[Mapping[str, Given], ...]] = ({},)

_UNSEEN_ORGANIZATION: Final = "o-unseen0000"
_OF_ORGANIZATION: Final = ("aws:principalorgid", "aws:principalorgpaths")
_OF_ONE_CALLER: Final = ("aws:principaltag/", "aws:userid")
_STRANGERS: Final = ("444455556666", "777788889999", "123456789012", "999999999999")
_CALLS: Final = frozenset({PrincipalKind.USER, PrincipalKind.ROLE})
"""Who can call sts:AssumeRole with credentials of its own; root users and federated users cannot."""


class Trust(NamedTuple):
    """A role as callers meet it."""

    arn: str
    account: str
    policy: Policy
    taken_at: str
    """The moment of the snapshot, in ISO 8601."""
    marks: Mapping[str, Given] = {}
    """Keys of every request about the role: its tags."""
    rcps: tuple[Level, ...] = ()
    organization: str | None = None
    """The id of the account's organization, empty where there is none, None where it was not seen."""

    def lets(
        self, caller: Principal, context: Mapping[str, Given] | None = None, barred: Barred | None = None
    ) -> Outcome:
        """Whether a caller gets in with some context, beyond what is given, that has none of the barred values."""
        action = ASSUME
        if caller.kind is PrincipalKind.PROVIDER:
            action = WITH_SAML if ":saml-provider/" in caller.text else WITH_WEB_IDENTITY
        organization = _UNSEEN_ORGANIZATION if self.organization is None else self.organization or None
        known = {**self.marks, "aws:resourceorgid": organization, **(context or {})}
        facts = Facts(self.taken_at, tags_free=True, marked=True, barred=barred)
        return solve(caller, action, self.arn, self.account, known, self.policies, facts)

    @property
    def policies(self) -> Policies:
        """All policies that a caller from outside meets, with every permission of its own."""
        return Policies(identity=(Policy.parse(EVERYTHING),), resource=self.policy, rcps=self.rcps)

    def keeping(self, wanted: Callable[[Statement], bool], *further: Mapping[str, object]) -> Trust:
        """The same role with those alone of the statements that allow which are wanted, and with further statements."""
        kept = {statement.index for statement in self.policy.statements if not statement.allow or wanted(statement)}
        document = self.policy.source.value
        listed = document.get("Statement", [])
        statements = listed if isinstance(listed, list) else [listed]
        chosen = [item for index, item in enumerate(statements) if index in kept]
        return self._replace(policy=Policy.of({**document, "Statement": [*chosen, *further]}, Kind.TRUST))

    @property
    def allows(self) -> bool:
        """Whether some statement allows anything."""
        return any(statement.allow for statement in self.policy.statements)


class Candidate(NamedTuple):
    """A caller that a trust policy may tell from others."""

    caller: Principal
    arn: str = ""
    """Its aws:PrincipalArn where the caller's text does not tell it: a role with a path."""
    whole_account: bool = False
    """Whether it stands for anybody of its account that the policy does not name."""


class Doorway(NamedTuple):
    """A caller that gets in, and how."""

    caller: Principal
    whole_account: bool
    outcome: Outcome

    @property
    def witness(self) -> Request:
        """A request that is allowed."""
        assert self.outcome.witness is not None
        return self.outcome.witness


def doorways(
    trust: Trust, contexts: Iterable[Mapping[str, Given]] = ANYTHING, barred: Barred | None = None
) -> Iterator[Doorway]:
    """The users and roles that the trust policy tells apart and that get in with one of some contexts.

    Strangers, of whose accounts the policy knows nothing, are not among them.
    """
    for candidate in _candidates(trust.policy):
        own: dict[str, Given] = {"aws:principalarn": candidate.arn} if candidate.arn else {}
        outcomes = (trust.lets(candidate.caller, {**own, **context}, barred) for context in contexts)
        if found := next((outcome for outcome in outcomes if outcome.witness), None):
            yield Doorway(candidate.caller, candidate.whole_account, found)


@lru_cache(maxsize=4_096)
def _candidates(policy: Policy) -> tuple[Candidate, ...]:
    found = [
        Candidate(caller.principal, caller.arn, caller.others == "account")
        for caller in Callers((policy,)).all
        if caller.others != "world" and caller.principal.kind in _CALLS
    ]
    named = {candidate.caller.account for candidate in found}
    found += [Candidate(principal) for principal in _fitting(policy, "") if principal.account in named]
    return tuple(dict.fromkeys(found))


def _fitting(policy: Policy, stranger: str) -> Iterator[Principal]:
    """Callers whose ARNs fit the patterns that the policy compares aws:PrincipalArn with; of any account, a stranger's.

    Without a stranger's account, those of one account alone.
    """
    for pattern in listed(policy, "aws:principalarn"):
        parts = pattern.split(":", 5)
        if len(parts) == 6:
            parts[4] = stranger if "*" in parts[4] or "?" in parts[4] else parts[4]
        try:
            principal = Principal.parse(":".join(parts).replace("*", "example").replace("?", "x"))
        except PrincipalError:
            continue
        if principal.kind in _CALLS:
            yield principal


def listed(policy: Policy, key: str) -> tuple[str, ...]:
    """What the conditions of a policy compare a key with; the key is in lower case."""
    conditions = (condition for statement in policy.statements for condition in statement.conditions)
    return tuple(dict.fromkeys(value for condition in conditions if condition.key == key for value in condition.values))


def tags_named(policy: Policy) -> Barred:
    """Tags that some patterns of the policy name: not everybody of an account has them."""

    def barred(key: str, value: str) -> bool:
        return key.startswith(_OF_ONE_CALLER) and is_pinned(policy, key, value)

    return barred


def is_pinned(policy: Policy, key: str, value: str) -> bool:
    """Whether the value is one that the policy asks for by a text that is more than wildcards."""
    return any(glob(pattern)(value) for pattern in listed(policy, key) if pattern.strip("*?"))


class Strangers(NamedTuple):
    """Whether a role lets in callers of accounts that nobody named."""

    answer: Literal["anyone", "some", "nobody", "unknown"]
    """`anyone` whatever they bring; `some` where it takes what is no matter of who they are, such as a network or an
    external id."""
    witness: Request | None = None
    reason: str = ""
    """Why the answer is not known."""


def strangers(trust: Trust) -> Strangers:
    """Whether users and roles of accounts that the trust policy does not name get in."""
    if not trust.allows:
        return Strangers("nobody")
    outcomes = [trust.lets(caller, barred=_not_of_strangers(trust)) for caller in _outsiders(trust)]
    witness = next((outcome.witness for outcome in outcomes if outcome.witness), None)
    if witness is None:
        if any(outcome.answer == "unknown" for outcome in outcomes):
            return Strangers("unknown", reason="the conditions of the trust policy are too many to decide on")
        if trust.organization is None and strangers(trust._replace(organization="")).witness:
            return Strangers("unknown", reason="the trust policy names an organization, and the account's was not seen")
        return Strangers("nobody")
    open_to_all = _public(trust)
    return Strangers("anyone", open_to_all) if open_to_all else Strangers("some", witness)


def _outsiders(trust: Trust) -> tuple[Principal, ...]:
    """A user and a role's session of an account that nobody names, and others whose ARNs fit the policy's patterns."""
    named = {candidate.caller.account for candidate in _candidates(trust.policy)} | {trust.account}
    account = next(account for account in _STRANGERS if account not in named)
    texts = (f"arn:aws:iam::{account}:user/example", f"arn:aws:sts::{account}:assumed-role/example/session")
    fitting = (principal for principal in _fitting(trust.policy, account) if principal.account == account)
    return tuple(dict.fromkeys((*map(Principal.parse, texts), *fitting)))


def _not_of_strangers(trust: Trust) -> Barred:
    """What a stranger surely is not: of the account's organization, or somebody whose unique id is named."""

    def barred(key: str, value: str) -> bool:
        if key in _OF_ORGANIZATION:
            unseen = trust.organization is None
            return bool(unseen or (trust.organization and value.partition("/")[0] == trust.organization))
        return key == "aws:userid" and is_pinned(trust.policy, key, value)

    return barred


def _public(trust: Trust) -> Request | None:
    """A request of a stranger who brings nothing that only some have; None if none is found."""
    from auditor.policy.public import check_public

    ids = [value for value in listed(trust.policy, EXTERNAL_ID) if value.strip("*?")]
    secret = {"Condition": {"StringLike": {EXTERNAL_ID: ids}}, **_DENY, "Action": "*"}
    asked = trust.keeping(lambda _: True, *_ONLY_ASSUMED, *((secret,) if ids else ()))
    witness = check_public(asked.policy).witness
    if witness is None:
        return None
    implied = Request(witness.principal, ASSUME).context
    brought = {key: values for key, values in witness.context.items() if key not in implied}
    outcomes = (trust.lets(caller, brought) for caller in _outsiders(trust))
    return next((outcome.witness for outcome in outcomes if outcome.witness), None)


_DENY: Final = {"Effect": "Deny", "Principal": "*"}
_ONLY_ASSUMED: Final = (
    {**_DENY, "NotAction": ASSUME},
    {**_DENY, "Action": "*", "Condition": {"Null": {"aws:PrincipalArn": "true"}}},
)
"""Leaves sts:AssumeRole to callers with credentials."""


def told(request: Request, policy: Policy) -> str:
    """A request in words: who may call what, with and without which of the context keys that the policy asks for."""
    implied = Request(request.principal, request.action, request.resource, request.resource_account).context
    brought, missing = [], []
    for key, written in sorted(_written(policy).items()):
        values = request.context.get(key)
        if values is None:
            missing.append(written)
        elif isinstance(values, tuple) and implied.get(key) != values:
            brought.append(f"{written} {', '.join(values)}")
    parts = [f"{_named(request.principal)} may call {request.action}"]
    parts += [f"with {' and '.join(brought)}"] if brought else []
    parts += [f"without {' and '.join(missing)}"] if missing else []
    return " ".join(parts)


def _named(caller: Principal) -> str:
    return f"whoever {caller.text} vouches for" if caller.kind is PrincipalKind.PROVIDER else caller.text


def _written(policy: Policy) -> dict[str, str]:
    return {condition.key: condition.written[1] for it in policy.statements for condition in it.conditions}
