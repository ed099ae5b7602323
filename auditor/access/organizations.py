"""What the organization of an account forbids there, as far as some snapshots tell.

Its policies are told to the management account and to delegated administrators alone: of a member account that is
none of these, another account's snapshot may tell them.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.holdings import EVERYTHING
from auditor.policy.document import Policy, SourceError
from auditor.policy.elements import Kind
from auditor.policy.layers import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.policy.request import Given
    from auditor.snapshot.organizations import Organization, OrganizationPolicy
    from auditor.snapshot.snapshot import Snapshot

_TYPES: Final = {Kind.SCP: "SERVICE_CONTROL_POLICY", Kind.RCP: "RESOURCE_CONTROL_POLICY"}
_FULL_ACCESS: Final = "p-FullAWSAccess"
"""AWS's own SCP, which allows everything; its text is the same everywhere and need not be seen."""

_IMPLIED: Final = "p-RCPFullAWSAccess"
"""AWS's own RCP, which is attached to everything for good and changes nothing.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

_WITHOUT_POLICIES: Final = "CONSOLIDATED_BILLING"
"""The feature set of an organization that has no policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
"""


class Limits(NamedTuple):
    """What an organization adds to every decision in an account."""

    scps: tuple[Level, ...] = ()
    rcps: tuple[Level, ...] = ()
    management_account: str = ""
    """The account itself, if it is the management account: no policy of the organization limits it."""
    unless: str = ""
    """What may still forbid whatever the account's principals are allowed, as it was not seen: "a service control
    policy forbids it"."""
    unless_resource: str = ""
    """What may still forbid whatever is allowed on the account's resources, as it was not seen."""
    organization: str | None = None
    """The organization's id; empty for an account in none, None where that was not seen."""
    path: str = ""
    """Where the account is in it, as aws:PrincipalOrgPaths has it; empty where that was not seen."""

    def keys(self, whose: str) -> dict[str, Given]:
        """The context keys that tell the organization of a principal or resource, by the word in their names.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
        """
        if self.organization is None:
            return {}
        found: dict[str, Given] = {f"aws:{whose}orgid": self.organization or None}
        if self.path or not self.organization:
            found[f"aws:{whose}orgpaths"] = (self.path,) if self.path else None
        return found


def organization_levels(snapshot: Snapshot, others: Iterable[Snapshot] = ()) -> Limits:
    """What limits the account of a snapshot. `others` may tell what this one does not, if of the same organization."""
    account = snapshot.account
    own = snapshot.organizations.organization
    if own is None and snapshot.is_set("organizations.organization"):
        return Limits(organization="")
    views = [View(each) for each in (snapshot, *(other for other in others if other is not snapshot))]
    views = [view for view in views if (view.id == own.id if own else view.lists(account))]
    organization = own or next((view.organization for view in views), None)
    if organization is None:
        return Limits(unless=_unless(Kind.SCP), unless_resource=_unless(Kind.RCP))
    seat = Limits(organization=organization.id, path=next(filter(None, (view.path(account) for view in views)), ""))
    if organization.master_account_id == account:
        return seat._replace(management_account=account)
    if organization.feature_set == _WITHOUT_POLICIES:
        return seat
    scps = next(_told(views, account, Kind.SCP), None)
    rcps = next(_told(views, account, Kind.RCP), None)
    return seat._replace(
        scps=scps or (),
        rcps=rcps or (),
        unless=_unless(Kind.SCP) if scps is None else "",
        unless_resource=_unless(Kind.RCP) if rcps is None else "",
    )


def _unless(kind: Kind) -> str:
    return f"a {_TYPES[kind].lower().replace('_', ' ')} forbids it"


def _told(views: Iterable[View], account: str, kind: Kind) -> Iterator[tuple[Level, ...]]:
    found = (view.levels(account, kind) for view in views)
    return (levels for levels in found if levels is not None)


class View:
    """An organization as one of its accounts sees it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @property
    def organization(self) -> Organization | None:
        """The organization; None where it was not seen."""
        return self._snapshot.organizations.organization

    @property
    def id(self) -> str:
        """Its id; empty where it was not seen."""
        return self.organization.id if self.organization else ""

    def lists(self, account: str) -> bool:
        """Whether an account is among those of the organization that were seen."""
        return self.organization is not None and account in self._snapshot.organizations.accounts

    def _way(self, account: str) -> tuple[str, ...]:
        """The ids from the root down to the account; empty where they were not seen."""
        member = self._snapshot.organizations.accounts.get(account)
        paths = member.paths if member else ()
        organization, *way = paths[0].rstrip("/").split("/") if len(paths) == 1 else ("",)
        complete = organization == self.id and len(way) > 1 and way[0].startswith("r-") and way[-1] == account
        return tuple(way) if complete else ()

    def path(self, account: str) -> str:
        """Where the account is, as aws:PrincipalOrgPaths has it; empty where that was not seen."""
        way = self._way(account)
        return "/".join((self.id, *way[:-1], "")) if way else ""

    def levels(self, account: str, kind: Kind) -> tuple[Level, ...] | None:
        """The policies of a kind on the way from the root to an account; None where they were not all seen.

        A policy that cannot be read, and a place without an SCP, which AWS does not let be, count as not seen.
        """
        seat = None if self._snapshot.blind("organizations.seat") else self._snapshot.organizations.seat
        if seat is None or seat.root is None:
            return None
        status = next((each.status for each in seat.root.policy_types if each.type == _TYPES[kind]), None)
        if status is None:
            return ()
        way = self._way(account)
        if status != "ENABLED" or not way or self._snapshot.blind("organizations.policies"):
            return None
        found = []
        for id in way:
            policies = [_document(policy, kind) for policy in self._attached.get((_TYPES[kind], id), ())]
            if None in policies or (kind is Kind.SCP and not policies):
                return None
            found.append(Level(id, tuple(policy for policy in policies if policy)))
        return tuple(level for level in found if level.policies)

    @cached_property
    def _attached(self) -> dict[tuple[str, str], list[OrganizationPolicy]]:
        """(Type, id of a root, unit or account) -> the policies attached there, by their ids."""
        found: dict[tuple[str, str], list[OrganizationPolicy]] = {}
        for _, policy in sorted(self._snapshot.organizations.policies.items()):
            for target in policy.targets if policy.id != _IMPLIED else ():
                found.setdefault((policy.type, target.target_id), []).append(policy)
        return found


def _document(policy: OrganizationPolicy, kind: Kind) -> Policy | None:
    """What a policy says; None where it cannot be read, as a whole or in part."""
    try:
        found = Policy.parse(EVERYTHING if policy.id == _FULL_ACCESS else policy.content, kind)
    except SourceError:
        return None
    return None if found.problems else found
