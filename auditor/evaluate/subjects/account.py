"""The account as a whole."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from auditor.errors import NotApplicable, NotCollected
from auditor.evaluate.subjects.base import Declared, Source, Subject, by_key, certain, escape
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from auditor.access.broad import Home
    from auditor.access.graph import Graph
    from auditor.access.organizations import Limits
    from auditor.evaluate.subjects.certificates import VirtualMFADevice
    from auditor.evaluate.subjects.group_denials import GroupDenials, Written
    from auditor.evaluate.subjects.organizations import OrganizationPolicy
    from auditor.evaluate.subjects.permission_sets import PermissionSet
    from auditor.evaluate.subjects.principals import Administrators, Group
    from auditor.evaluate.subjects.roles import Role
    from auditor.evaluate.subjects.users import User
    from auditor.snapshot import iam as iam_models
    from auditor.snapshot.iam import OrganizationsFeatures, SAMLProvider
    from auditor.snapshot.organizations import Organization
    from auditor.snapshot.snapshot import Snapshot


class Account(Subject):
    """The account, and the way from it to everything else that the snapshot holds."""

    type = "AWS::Account"
    noun = "account"
    sections: ClassVar[tuple[str, ...]] = ()

    def __init__(self, snapshot: Snapshot, declared: Declared | None = None, others: tuple[Snapshot, ...] = ()) -> None:
        """`others` are snapshots that may tell what the account's organization forbids."""
        self.snapshot = snapshot
        self._others = others
        self.id = snapshot.account
        self.declared = declared or Declared()
        self.touched: set[str] = set()
        super().__init__(self, f"arn:{snapshot.partition}:iam::{self.id}:root", self.id)

    @classmethod
    def all(cls, account: Account) -> Iterable[Account]:
        """The one account."""
        return (account,)

    @property
    def taken_at(self) -> datetime:
        """The moment of the snapshot: the only clock there is."""
        return self.snapshot.collection.taken_at

    @property
    def is_redacted(self) -> bool:
        """Whether the names in the snapshot are pseudonyms, which tell nothing."""
        return self.snapshot.collection.redacted != "off"

    def age(self, moment: datetime) -> timedelta:
        """How long before the snapshot a moment was; zero for later ones."""
        return max(self.taken_at - moment, self.taken_at - self.taken_at)

    def read(self, section: str) -> Any:
        """A section that is known completely. Raises NotCollected."""
        self.touched.add(section)
        return self.snapshot.read(section)

    def optional(self, section: str) -> Any | None:
        """What is known of a section that only adds detail, such as a key's id; None where it was not collected.

        Rules need not name it in `needs`. It may be incomplete: an entry that is missing tells nothing.
        """
        return self.snapshot.seen(section) if self.snapshot.is_set(section) else None

    def entries(self, section: str) -> Iterator[tuple[str, Source]]:
        """Every entry that was seen of a map section, even where the section is not complete."""
        self.touched.add(section)
        return by_key(self.snapshot, section)

    def entry(self, section: str, key: str) -> Source | None:
        """One entry of a map section; None where there surely is none. Raises NotCollected."""
        self.touched.add(section)
        if blind := self.snapshot.blind_entry(section, key):
            raise NotCollected(*blind)
        entries = self.snapshot.seen(section)
        if key not in entries:
            return None
        return Source(f"/{section.replace('.', '/')}/{escape(key)}", entries[key])

    def require_federated_practice(self) -> None:
        """Raise NotApplicable where the configuration declares the practice of IAM users (docs/practices.md)."""
        if self.declared.practice == "iam-users":
            raise NotApplicable("the declared practice is to work as IAM users")

    def require_organization_view(self) -> None:
        """Raise NotApplicable where another account has to be asked about the organization, NotCollected where that
        is not known."""
        seat = self.read("organizations.seat")
        if seat.kind == "none":
            raise NotApplicable("the account is in no organization")
        if seat.kind == "member":
            management = self.read("organizations.organization").master_account_id
            raise NotApplicable(f"only the management account {management} and delegated administrators can see it")

    # -- what the account holds -------------------------------------------------------------------------------

    @cached_property
    def users(self) -> tuple[User, ...]:
        """Every IAM user that was seen."""
        from auditor.evaluate.subjects.users import User

        return tuple(User.listed(self))

    @cached_property
    def has_console_users(self) -> bool:
        """Whether some IAM user has a console password.

        Raises NotCollected where none was seen to have one, and one may.
        """
        from auditor.evaluate.subjects.users import User

        return bool(certain(self.users, lambda user: user.has_password, User.unlisted(self)))

    @cached_property
    def virtual_mfa_devices(self) -> dict[str, list[VirtualMFADevice]]:
        """Every virtual MFA device that was seen, by the ARN of its owner; empty for nobody's."""
        from auditor.evaluate.subjects.certificates import VirtualMFADevice

        found: dict[str, list[VirtualMFADevice]] = {}
        for device in VirtualMFADevice.all(self):
            found.setdefault(device.owner, []).append(device)
        return found

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every group that was seen."""
        from auditor.evaluate.subjects.principals import Group

        return tuple(Group.listed(self))

    def group(self, name: str) -> Group:
        """The group of that name. Raises NotCollected where it was not seen."""
        if (group := self._groups_by_name.get(name)) is None:
            self.entry("iam.groups", name)  # raises the gap that hides it, if there is one
            raise NotCollected(Blind(f"group {name} was not listed"))
        return group

    @cached_property
    def _groups_by_name(self) -> dict[str, Group]:
        return {group.name: group for group in self.groups}

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every role that was seen."""
        from auditor.evaluate.subjects.roles import Role

        return tuple(Role.listed(self))

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Group name -> names of its users. Raises NotCollected where not all users were seen."""
        members: dict[str, list[str]] = {}
        for name, user in sorted(self.read("iam.users").items()):
            for group in user.group_list:
                members.setdefault(group, []).append(name)
        return {group: tuple(names) for group, names in members.items()}

    @cached_property
    def access(self) -> Graph:
        """Who can do what, and become whom, by all policies together."""
        from auditor.access.graph import graph
        from auditor.access.world import World

        return graph(World((self.snapshot,), {self.id: self.limits}))

    @cached_property
    def access_of_management(self) -> Graph:
        """The same, should the account manage its organization."""
        from auditor.access.graph import graph
        from auditor.access.world import World

        return graph(World((self.snapshot,), {self.id: self.limits._replace(management_account=self.id)}))

    @property
    def limits(self) -> Limits:
        """What its organization forbids in the account."""
        from auditor.evaluate.subjects.organizations import GUARDRAILS

        self.touched.update(GUARDRAILS)
        return self.optional_limits

    @cached_property
    def optional_limits(self) -> Limits:
        """The same where it only adds detail; rules need not name the sections in `needs`."""
        from auditor.access.organizations import organization_levels

        return organization_levels(self.snapshot, self._others)

    @cached_property
    def administrators(self) -> Administrators:
        """The users and roles that can do everything, AWS's own service roles apart, and what may hide more."""
        from auditor.evaluate.subjects.principals import find_administrators

        self.touched.update(("iam.users", "iam.roles"))
        return find_administrators(self)

    @cached_property
    def identity_center_roles(self) -> tuple[Role, ...]:
        """The roles seen that IAM Identity Center made: it reaches this account where there are some."""
        return tuple(role for role in self.roles if role.is_identity_center)

    @cached_property
    def permission_sets(self) -> dict[str, PermissionSet]:
        """Every permission set that was seen, by its ARN."""
        from auditor.evaluate.subjects.permission_sets import PermissionSet

        return {permission_set.arn: permission_set for permission_set in PermissionSet.listed(self)}

    @cached_property
    def service_credential_users(self) -> frozenset[str]:
        """The names of the users seen to have a service-specific credential, active or not."""
        return frozenset(source.model.user_name for _, source in self.entries("iam.service_specific_credentials"))

    @cached_property
    def home(self) -> Home:
        """Where policy documents are judged by themselves."""
        from auditor.access.broad import Home

        known = self.optional("organizations.organization")
        return Home(self.snapshot.partition, self.id, known.id if known else "", self.taken_at.isoformat())

    @cached_property
    def written_policies(self) -> tuple[Written, ...]:
        """The policies that the account wrote, as far as they were seen: customer managed ones and inline ones."""
        from auditor.evaluate.subjects.group_denials import find_written

        return tuple(find_written(self))

    @cached_property
    def group_denials(self) -> GroupDenials:
        """The account's own policies that deny actions on users by naming a group, and what may hide more."""
        from auditor.evaluate.subjects.group_denials import SECTIONS, find_group_denials

        self.touched.update(SECTIONS)
        return find_group_denials(self)

    @cached_property
    def policies_in_use(self) -> frozenset[str]:
        """The ARNs of the managed policies that some user, group or role seen has, or is bounded by."""
        iam = self.snapshot.iam
        people: tuple[iam_models.User | iam_models.Role, ...] = (*iam.users.values(), *iam.roles.values())
        holders: tuple[iam_models.User | iam_models.Role | iam_models.Group, ...] = (*people, *iam.groups.values())
        attached = {link.policy_arn for who in holders for link in who.attached_managed_policies}
        bounds = (who.permissions_boundary for who in people)
        return frozenset(attached.union(bound.permissions_boundary_arn for bound in bounds if bound))

    @cached_property
    def control_policies(self) -> dict[tuple[str, str], tuple[OrganizationPolicy, ...]]:
        """(Type, id of a target) -> the policies that the organization attached there. Raises NotCollected."""
        from auditor.evaluate.subjects.organizations import control_policies

        return control_policies(self)

    def policy_text(self, arn: str) -> tuple[str | None, tuple[Blind, ...]]:
        """The document of a managed policy by its ARN; None, and why, where it was not seen."""
        section = "iam.aws_managed_policies" if ":iam::aws:" in arn else "iam.policies"
        try:
            source = self.entry(section, arn)
        except NotCollected as error:
            return None, error.blind
        return (source.model.document, ()) if source else (None, (Blind(f"policy {arn} was not listed"),))

    @property
    def organization(self) -> Organization | None:
        """The organization of the account; None where it has none. Raises NotCollected."""
        value: Organization | None = self.read("organizations.organization")
        return value

    @property
    def organizations_features(self) -> OrganizationsFeatures:
        """Central root access, or why it could not be asked about. Raises NotCollected."""
        value: OrganizationsFeatures = self.read("iam.organizations_features")
        return value

    @property
    def saml_providers(self) -> dict[str, SAMLProvider]:
        """SAML providers by ARN. Raises NotCollected."""
        value: dict[str, SAMLProvider] = self.read("iam.saml_providers")
        return value
