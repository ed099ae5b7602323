"""What an account holds besides users and roles: groups, customer managed policies, and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.access.holdings import Grant, Library, group_holdings
from auditor.policy.document import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.access.actors import Actor
    from auditor.findings.model import Blind
    from auditor.snapshot.snapshot import Snapshot


class Group(NamedTuple):
    """A group of IAM users."""

    arn: str
    name: str
    account: str
    policies: tuple[Policy, ...]
    sources: tuple[Grant, ...]
    blind: tuple[Blind, ...]
    members: tuple[str, ...]
    """ARNs of users."""


class ManagedPolicy(NamedTuple):
    """A customer managed policy."""

    arn: str
    account: str
    document: Policy | None
    """None where it cannot be read."""
    holders: tuple[str, ...]
    """ARNs of the users and roles that hold it, users through their groups as well."""
    others: tuple[str, ...] | None
    """The documents of the versions that are not its default; None where they were not seen."""


def passwords_of(snapshot: Snapshot) -> dict[str, bool]:
    """The ARNs of users, and whether each has a password, as far as the credential report tells."""
    report = snapshot.iam.credential_report
    rows = {**(report.rows if report else {}), **snapshot.iam.recent_users}
    return {row.arn: row.password_enabled for row in rows.values() if row.password_enabled is not None}


def groups_of(snapshot: Snapshot) -> Iterable[Group]:
    """The groups that the snapshot shows."""
    members: dict[str, list[str]] = {}
    for user in snapshot.iam.users.values():
        for name in user.group_list:
            members.setdefault(name, []).append(user.arn)
    for name, held in group_holdings(snapshot, Library(snapshot)):
        policies, sources, blind = tuple(held.policies), tuple(held.sources), tuple(held.blind)
        of_group = tuple(sorted(members.get(name, ())))
        yield Group(snapshot.iam.groups[name].arn, name, snapshot.account, policies, sources, blind, of_group)


def policies_of(snapshot: Snapshot, here: Iterable[Actor]) -> Iterable[ManagedPolicy]:
    """The customer managed policies that the snapshot shows; `here` are the account's users and roles."""
    holders: dict[str, dict[str, None]] = {}
    for actor in here:
        for grant in actor.sources:
            if grant.policy.startswith("arn:"):
                holders.setdefault(grant.policy, {})[actor.arn] = None
    library = Library(snapshot)
    for arn in snapshot.iam.policies:
        found = library.managed(arn)
        document = found if isinstance(found, Policy) else None
        versions = snapshot.iam.policies[arn].other_versions
        others = None if versions is None else tuple(version.document for version in versions)
        yield ManagedPolicy(arn, snapshot.account, document, tuple(holders.get(arn, ())), others)
