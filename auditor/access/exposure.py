"""Who gets into a role from outside: what its trust policy, with the organization's, lets callers of each kind do.

Each answer is the engine's, about a caller who has every permission of its own and has only the context that it can
have; where it is "yes", a request proves it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import EVERYTHING
from auditor.access.sessions import actions_to_set, set_for_session
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

    from auditor.access.organizations import Limits
    from auditor.policy.elements import Statement
    from auditor.policy.layers import Level
    from auditor.policy.request import Given
    from auditor.snapshot.iam import Role
    from auditor.snapshot.snapshot import Snapshot

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

_ENTITY: Final = re.compile(r"(?:role|user)/.*", re.DOTALL)
_WILDCARD: Final = re.compile(r"[*?]")
_SHOWN: Final = 200
"""So many characters of a text are shown."""
_UNSEEN_ORGANIZATION: Final = "o-unseen0000"
OF_ORGANIZATION: Final = ("aws:principalorgid", "aws:principalorgpaths")
"""Keys that tell the organization of whoever calls."""
_OF_ONE_CALLER: Final = "aws:principaltag/"
_OF_CREDENTIALS: Final = ("aws:principalaccount", "aws:principalarn", *OF_ORGANIZATION, "aws:userid", "aws:username")
_WITHOUT_CREDENTIALS: Final = frozenset({PrincipalKind.SERVICE, PrincipalKind.PROVIDER})
_MEMBERS: Final = "organizations.accounts"
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
    members: frozenset[str] | None = None
    """The accounts of the organization; None where they were not all seen."""

    def lets(
        self, caller: Principal, context: Mapping[str, Given] | None = None, barred: Barred | None = None
    ) -> Outcome:
        """Whether a caller gets in with some context, beyond what is given, that has none of the barred values."""
        action = ASSUME
        if caller.kind is PrincipalKind.PROVIDER:
            action = WITH_SAML if ":saml-provider/" in caller.text else WITH_WEB_IDENTITY
        organization = _UNSEEN_ORGANIZATION if self.organization is None else self.organization or None
        absent: tuple[str, ...] = _OF_CREDENTIALS if caller.kind in _WITHOUT_CREDENTIALS else ()
        if caller.kind is PrincipalKind.ROLE:
            absent = ("aws:username",)
        known = {**self.marks, "aws:resourceorgid": organization, **dict.fromkeys(absent), **(context or {})}
        if self.organization and self.members is not None and caller.account != self.account:
            if caller.account in self.members:
                known.setdefault("aws:principalorgid", self.organization)
            else:
                barred = outside(self.organization, barred)
        facts = Facts(self.taken_at, tags_free=True, marked=True, barred=barred)

        def ask(action: str, context: Mapping[str, Given]) -> Outcome:
            return solve(caller, action, self.arn, self.account, {**known, **context}, self.policies, facts)

        found = ask(action, {})
        carried = set_for_session(found.witness) if action == ASSUME and caller.kind in _CALLS else {}
        if all(ask(further, carried).witness for further in actions_to_set(carried)):
            return found
        return ask(action, dict.fromkeys(carried))

    @property
    def policies(self) -> Policies:
        """All policies that a caller from outside meets, with every permission of its own."""
        return Policies(identity=(Policy.parse(EVERYTHING),), resource=self.policy, rcps=self.rcps)

    def keeping(self, wanted: Callable[[Statement], bool]) -> Trust:
        """The same role with those alone of the statements that allow which are wanted."""
        kept = {statement.index for statement in self.policy.statements if not statement.allow or wanted(statement)}
        chosen = [item for index, item in enumerate(items(self.policy)) if index in kept]
        return self._replace(policy=Policy.of({**self.policy.source.value, "Statement": chosen}, Kind.TRUST))


def outside(organization: str, barred: Barred | None = None) -> Barred:
    """Besides what is barred, an organization."""

    def both(key: str, value: str) -> bool:
        of_it = key in OF_ORGANIZATION and value.partition("/")[0] == organization
        return of_it or (barred is not None and barred(key, value))

    return both


def items(policy: Policy) -> list[dict[str, object]]:
    """The statements of a policy as they are written, malformed ones included."""
    written = policy.source.value.get("Statement", [])
    return written if isinstance(written, list) else [written]


def trust_of(snapshot: Snapshot, role: Role, policy: Policy, limits: Limits) -> Trust:
    """A role of a snapshot as callers meet it; `policy` is its trust policy, `limits` those of the account."""
    tags = [(tag.key.lower(), tag.value) for tag in role.tags]
    return Trust(
        arn=role.arn,
        account=snapshot.account,
        policy=policy,
        taken_at=snapshot.collection.taken_at.isoformat(),
        marks={f"{prefix}:resourcetag/{key}": value for key, value in tags for prefix in ("aws", "iam")},
        rcps=limits.rcps,
        organization=limits.organization,
        members=None if snapshot.blind(_MEMBERS) else frozenset(snapshot.seen(_MEMBERS)),
    )


class Candidate(NamedTuple):
    """A caller that a trust policy may tell from others."""

    caller: Principal
    arn: str = ""
    """Its aws:PrincipalArn where the caller's text does not tell it: a role with a path."""
    whole_account: bool = False
    """Whether it stands for anybody of its account that the policy does not name."""


class Doorway(NamedTuple):
    """A caller that gets in, and how; or of whom that could not be decided."""

    caller: Principal
    whole_account: bool
    outcome: Outcome

    @property
    def is_undecided(self) -> bool:
        """Whether the search for a request that is allowed was given up."""
        return self.outcome.witness is None

    @property
    def witness(self) -> Request:
        """A request that is allowed."""
        assert self.outcome.witness is not None
        return self.outcome.witness


def doorways(
    trust: Trust, contexts: Iterable[Mapping[str, Given]] = ANYTHING, barred: Barred | None = None
) -> Iterator[Doorway]:
    """The users and roles that the trust policy tells apart and that get in with one of some contexts.

    Strangers, of whose accounts the policy knows nothing, are not among them. Of whom that could not be decided, the
    doorway is undecided.
    """
    for candidate in candidates(trust.policy):
        own: dict[str, Given] = {"aws:principalarn": candidate.arn} if candidate.arn else {}
        undecided = None
        for context in contexts:
            outcome = trust.lets(candidate.caller, {**own, **context}, barred)
            if outcome.witness:
                yield Doorway(candidate.caller, candidate.whole_account, outcome)
                break
            if outcome.answer == "unknown":
                undecided = Doorway(candidate.caller, candidate.whole_account, outcome)
        else:
            if undecided:
                yield undecided


@lru_cache(maxsize=4_096)
def candidates(policy: Policy) -> tuple[Candidate, ...]:
    """The users and roles that a trust policy tells apart, strangers left out."""
    found = [
        Candidate(caller.principal, caller.arn, caller.others == "account")
        for caller in Callers((policy,)).all
        if caller.others != "world" and caller.principal.kind in _CALLS
    ]
    accounts = dict.fromkeys(candidate.caller.account for candidate in found)
    alike = (principal for account in accounts for principal in fitting(policy, account))
    found += [Candidate(principal) for principal in alike if principal.account in accounts]
    return tuple(dict.fromkeys(found))


def fitting(policy: Policy, account: str) -> Iterator[Principal]:
    """Users and roles whose ARNs or names fit the patterns that the policy compares them with.

    They are of an account where a pattern leaves that open, and else of whose it asks for.
    """
    users = (f"arn:aws:iam::{account}:user/{name}" for name in listed(policy, "aws:username"))
    for pattern in (*listed(policy, "aws:principalarn"), *users):
        for shape in _shapes(pattern, account):
            text = shape.replace("*", "example").replace("?", "x")
            try:
                principal = Principal.parse(text)
            except PrincipalError:
                continue
            if principal.kind in _CALLS and glob(pattern)(text):
                yield principal
                break


def _shapes(pattern: str, account: str) -> Iterator[str]:
    """What a pattern may stand for among the ARNs of an account; wildcards are left in names."""
    parts = pattern.split(":", 5)
    if len(parts) == 6:
        parts[1] = _WILDCARD.sub("", parts[1]) or "aws"
        parts[4] = account if glob(parts[4])(account) else _digits(parts[4])
        yield ":".join(parts)
    entity = _ENTITY.search(pattern)
    yield f"arn:aws:iam::{account}:{entity[0] if entity else f'role/{pattern}'}"


def _digits(pattern: str) -> str:
    """An account id that a pattern matches, if it is one of ids."""
    head, star, tail = pattern.replace("?", "0").partition("*")
    return f"{head}{'0' * max(0, 12 - len(head) - len(tail)) if star else ''}{tail}"


def listed(policy: Policy, key: str) -> tuple[str, ...]:
    """What the conditions of a policy compare a key with; the key is in lower case."""
    conditions = (condition for statement in policy.statements for condition in statement.conditions)
    return tuple(dict.fromkeys(value for condition in conditions if condition.key == key for value in condition.values))


def tags_named(policy: Policy) -> Barred:
    """Tags that some patterns of the policy name: not everybody of an account has them."""

    def barred(key: str, value: str) -> bool:
        if key == "aws:userid":
            return is_ones_id(policy, value)
        return key.startswith(_OF_ONE_CALLER) and is_pinned(policy, key, value)

    return barred


def is_ones_id(policy: Policy, value: str) -> bool:
    """Whether the policy names the one user or role that has a value of aws:userid; who uses a role names its sessions.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    patterns = listed(policy, "aws:userid")
    return any(glob(pattern)(value) and not _WILDCARD.search(pattern.partition(":")[0]) for pattern in patterns)


def is_pinned(policy: Policy, key: str, value: str) -> bool:
    """Whether the value is one that the policy asks for by a text that is more than wildcards."""
    return any(glob(pattern)(value) for pattern in listed(policy, key) if pattern.strip("*?"))


def told(request: Request, policy: Policy) -> str:
    """A request in words: who may call what, with and without which of the context keys that the policy asks for."""
    return f"{_named(request.principal)} may call {asked(request, policy)}"


def asked(request: Request, policy: Policy) -> str:
    """What a request asks for, with and without which of the context keys that the policy asks for."""
    implied = Request(request.principal, request.action, request.resource, request.resource_account).context
    brought, missing = [], []
    for key, written in sorted(_written(policy).items()):
        values = request.context.get(key)
        if values is None:
            missing.append(_cut(written))
        elif isinstance(values, tuple) and implied.get(key) != values:
            brought.append(f"{_cut(written)} {_cut(', '.join(values))}")
    parts = [request.action]
    parts += [f"with {' and '.join(brought)}"] if brought else []
    parts += [f"without {' and '.join(missing)}"] if missing else []
    return " ".join(parts)


def _named(caller: Principal) -> str:
    text = _cut(caller.text)
    return f"whoever {text} vouches for" if caller.kind is PrincipalKind.PROVIDER else text


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _written(policy: Policy) -> dict[str, str]:
    return {condition.key: condition.written[1] for it in policy.statements for condition in it.conditions}
