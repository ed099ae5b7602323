"""Who is named in roles' trust policies: accounts, organizations, networks and endpoints, and which of them get in.

The names are gathered by policyuniverse; whether callers of a name get in is the engine's answer.
https://github.com/Netflix-Skunkworks/policyuniverse
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditor.access.deputies import services
from auditor.access.exposure import doorways, trust_of
from auditor.access.federation import federations
from auditor.access.holdings import parsed
from auditor.access.organizations import organization_levels
from auditor.access.strangers import strangers
from auditor.errors import NotCollected
from auditor.policy.document import Kind, Policy
from auditor.policy.principals import Principal, PrincipalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.access.exposure import Trust
    from auditor.findings.model import Blind
    from auditor.policy.elements import Statement
    from auditor.snapshot.iam import Role
    from auditor.snapshot.snapshot import Snapshot

CATEGORIES: Final = {
    "account": "account",
    "arn": "arn",
    "cidr": "network",
    "organization": "organization",
    "saml-endpoint": "saml endpoint",
    "userid": "user id",
    "vpc": "vpc",
    "vpce": "vpc endpoint",
}
"""policyuniverse's categories of what conditions name -> ours."""


class Named(NamedTuple):
    """One name, and the roles whose trust policies have it in a statement that allows, or let it in without it."""

    category: str
    """One of the values of CATEGORIES, or `service`, `identity provider`, `anyone`, or `principal` for what is none of
    these. Users and roles count as their accounts."""
    name: str
    roles: tuple[str, ...]
    """ARNs, sorted."""
    admitting: tuple[str, ...]
    """Of these, the roles that let in somebody of the name; for what names nobody, such as a network, none."""
    undecided: tuple[str, ...] = ()
    """Of these, the roles of which that could not be found out."""


def trusts(snapshot: Snapshot) -> Iterator[Trust]:
    """Every role whose trust policy can be read, by name."""
    limits = organization_levels(snapshot)
    for role, policy in _policies(snapshot):
        if isinstance(policy, Policy):
            yield trust_of(snapshot, role, policy, limits)


def unreadable(snapshot: Snapshot) -> Iterator[tuple[str, Blind]]:
    """The ARN of every role whose trust policy cannot be read, and why."""
    for role, policy in _policies(snapshot):
        if not isinstance(policy, Policy):
            yield from ((role.arn, blind) for blind in policy)


def _policies(snapshot: Snapshot) -> Iterator[tuple[Role, Policy | tuple[Blind, ...]]]:
    for name, role in sorted(snapshot.iam.roles.items()):
        yield role, parsed(role.assume_role_policy_document, f"the trust policy of {name}", Kind.TRUST)


def inventory(trusts: Iterable[Trust]) -> tuple[Named, ...]:
    """Every name in some trust policies, and who gets in without being named, sorted by category and name."""
    named: dict[tuple[str, str], list[str]] = {}
    admitting: dict[tuple[str, str], set[str]] = {}
    open_: dict[tuple[str, str], set[str]] = {}
    for trust in trusts:
        for found in names(trust):
            named.setdefault(found, []).append(trust.arn)
        for found, surely in _admitted(trust):
            (admitting if surely else open_).setdefault(found, set()).add(trust.arn)
    keys = sorted(named.keys() | admitting.keys() | open_.keys())
    return tuple(_named(key, named.get(key, ()), admitting.get(key, set()), open_.get(key, set())) for key in keys)


def _named(key: tuple[str, str], roles: Iterable[str], admitting: set[str], open_: set[str]) -> Named:
    listed = sorted({*roles, *admitting, *open_})
    return Named(*key, tuple(listed), tuple(sorted(admitting)), tuple(sorted(open_ - admitting)))


def names(trust: Trust) -> tuple[tuple[str, str], ...]:
    """The names in one trust policy, each with its category, sorted."""
    document = {"Version": "2012-10-17", "Statement": [_plain(it) for it in trust.policy.statements if it.allow]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the package leaves its data file open
        from policyuniverse.policy import Policy as Universe

    return tuple(sorted({_sorted_out(category, value) for category, value in Universe(document).whos_allowed()}))


def _plain(statement: Statement) -> dict[str, Any]:
    """A statement as policyuniverse takes it: what is well-formed of it, with keys and operators in lower case."""
    principals: dict[str, list[str]] = {}
    for kind, value in statement.principals.entries if statement.principals else ():
        principals.setdefault(kind, []).append(value)
    if statement.principals is None or statement.principals.anyone:
        principals.setdefault("AWS", []).append("*")
    condition: dict[str, dict[str, list[str]]] = {}
    for it in statement.conditions:
        condition.setdefault(it.operator, {}).setdefault(it.key, []).extend(it.values)
    return {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": principals, "Condition": condition}


def _sorted_out(category: str, value: str) -> tuple[str, str]:
    if category == "principal":
        return _of_principal(value)
    return CATEGORIES[category], value


def _of_principal(value: str) -> tuple[str, str]:
    if value == "*":
        return "anyone", value
    try:
        found = Principal.parse(value)
    except PrincipalError:
        return "principal", value
    if found.account:
        return "account", found.account
    return _WITHOUT_ACCOUNT[found.kind.value], value


_WITHOUT_ACCOUNT: Final = {"service": "service", "identity-provider": "identity provider", "root": "principal"}


def _admitted(trust: Trust) -> Iterator[tuple[tuple[str, str], bool]]:
    """The names of callers that get in: surely, or perhaps, as that could not be found out."""
    for doorway in doorways(trust):
        yield ("account", doorway.caller.account), not doorway.is_undecided
    for service in services(trust):
        if (outcome := trust.lets(service)).answer != "no":
            yield ("service", service.text), outcome.witness is not None
    try:
        for federation in federations(trust):
            yield ("identity provider", federation.provider.text), True
    except NotCollected:
        yield from ((found, False) for found in names(trust) if found[0] == "identity provider")
    if (found := strangers(trust)).answer != "nobody":
        yield ("anyone", "*"), found.witness is not None
