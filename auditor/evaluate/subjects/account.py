"""The account as a whole, its root user, its password policy, and the scan itself."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Declared, Field, FirstOf, Source, Subject, by_key, escape
from auditor.findings.model import Blind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from auditor.evaluate.subjects.principals import Administrator, Group, Role
    from auditor.evaluate.subjects.users import AccessKey, User
    from auditor.snapshot.iam import OrganizationsFeatures, SAMLProvider
    from auditor.snapshot.organizations import Organization
    from auditor.snapshot.snapshot import Snapshot

ROOT = "<root_account>"
"""The root user's name in the credential report."""


class Account(Subject):
    """The account, and the way from it to everything else that the snapshot holds."""

    type = "AWS::Account"
    noun = "account"
    sections: ClassVar[tuple[str, ...]] = ()

    def __init__(self, snapshot: Snapshot, declared: Declared | None = None) -> None:
        self.snapshot = snapshot
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

    def age(self, moment: datetime) -> timedelta:
        """How long before the snapshot a moment was; zero for later ones."""
        return max(self.taken_at - moment, self.taken_at - self.taken_at)

    def read(self, section: str) -> Any:
        """A section that is known completely. Raises NotCollected."""
        self.touched.add(section)
        return self.snapshot.read(section)

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

    # -- what the account holds -------------------------------------------------------------------------------

    @cached_property
    def users(self) -> tuple[User, ...]:
        """Every IAM user that was seen."""
        from auditor.evaluate.subjects.users import User

        return tuple(User.all(self))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every group that was seen."""
        from auditor.evaluate.subjects.principals import Group

        return tuple(Group.all(self))

    def group(self, name: str) -> Group:
        """The group of that name. Raises NotCollected where it was not seen."""
        from auditor.evaluate.subjects.principals import Group

        if (source := self.entry("iam.groups", name)) is None:
            raise NotCollected(Blind(f"group {name} was not listed"))
        return Group(self, source.model.arn, name)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every role that was seen."""
        from auditor.evaluate.subjects.principals import Role

        return tuple(Role.all(self))

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Group name -> names of its users. Raises NotCollected where not all users were seen."""
        members: dict[str, list[str]] = {}
        for name, user in sorted(self.read("iam.users").items()):
            for group in user.group_list:
                members.setdefault(group, []).append(name)
        return {group: tuple(names) for group, names in members.items()}

    @cached_property
    def administrators(self) -> tuple[Administrator, ...]:
        """Every user and role that can do everything, AWS's own service roles apart.

        Raises NotCollected where a principal or one of its policies was not seen.
        """
        from auditor.evaluate.subjects.principals import Administrator

        self.read("iam.users")
        self.read("iam.roles")
        people: list[User | Role] = [*self.users, *(role for role in self.roles if not role.is_service_linked)]
        return tuple(Administrator(who, who.administrative_grants) for who in people if who.is_administrator)

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


class Root(Subject):
    """The account's root user. Facts come from the account summary (fresh) or else from the credential report."""

    type = "AWS::IAM::RootUser"
    noun = "root user"
    sections: ClassVar[tuple[str, ...]] = ()

    mfa: FirstOf[int | bool | None] = FirstOf(Field("summary", "AccountMFAEnabled"), Field("row", "mfa_active"))
    password: FirstOf[int | bool | None] = FirstOf(
        Field("summary", "AccountPasswordPresent"), Field("row", "password_enabled")
    )
    access_keys_present: Field[int] = Field("summary", "AccountAccessKeysPresent")
    certificates_present: Field[int] = Field("summary", "AccountSigningCertificatesPresent")
    password_last_used: Field[datetime | None] = Field("row")
    certificate_1_active: Field[bool | None] = Field("row", "cert_1_active")
    certificate_2_active: Field[bool | None] = Field("row", "cert_2_active")

    def __init__(self, account: Account) -> None:
        super().__init__(account, account.arn, "root")

    @classmethod
    def all(cls, account: Account) -> Iterable[Root]:
        """The one root user."""
        return (cls(account),)

    @property
    def has_password(self) -> bool:
        """Whether root has a console password. Raises NotCollected.

        Where the summary was seen and AWS said nothing of a password, there is one: only central root management
        takes it away, and an account under it is told so.
        """
        try:
            return bool(self.password)
        except NotCollected:
            self.account.read("iam.account_summary")
            return True

    @property
    def keys(self) -> tuple[AccessKey, ...]:
        """Root's access keys, active or not, from the credential report. Raises NotCollected."""
        from auditor.evaluate.subjects.users import AccessKey

        return AccessKey.of(self)

    @property
    def has_access_key(self) -> bool:
        """Whether root has an access key, active or not. Raises NotCollected."""
        try:
            return self.access_keys_present > 0
        except NotCollected:
            return bool(self.keys)

    def source(self, name: str) -> Source:
        """`summary`, or the `row` of the credential report. Raises NotCollected."""
        if name == "summary":
            return Source("/iam/account_summary", self.account.read("iam.account_summary"))
        return report_row(self.account, ROOT)


class PasswordPolicy(Subject):
    """The account's own password policy; there is no subject where AWS's default applies."""

    type = "AWS::IAM::AccountPasswordPolicy"
    noun = "custom password policy"
    sections = ("iam.password_policy",)

    minimum_length: Field[int] = Field("policy", "minimum_password_length")
    requires_symbols: Field[bool] = Field("policy", "require_symbols")
    requires_numbers: Field[bool] = Field("policy", "require_numbers")
    requires_uppercase: Field[bool] = Field("policy", "require_uppercase_characters")
    requires_lowercase: Field[bool] = Field("policy", "require_lowercase_characters")
    lets_users_change: Field[bool] = Field("policy", "allow_users_to_change_password")
    max_age_days: Field[int | None] = Field("policy", "max_password_age")
    remembered: Field[int | None] = Field("policy", "password_reuse_prevention")

    @classmethod
    def all(cls, account: Account) -> Iterator[PasswordPolicy]:
        """The policy, if there is one."""
        if account.read("iam.password_policy") is not None:
            yield cls(account, account.arn, "password policy")

    def source(self, name: str) -> Source:
        """`policy`. Raises NotCollected."""
        return Source("/iam/password_policy", self.account.read("iam.password_policy"))


class Scan(Subject):
    """The scan itself: under which identity it ran."""

    type = "AWS::STS::Caller"
    noun = "scanning identity"
    sections = ("sts.caller_identity",)

    caller_arn: Field[str] = Field("caller", "arn")
    caller_account: Field[str] = Field("caller", "account")

    @classmethod
    def all(cls, account: Account) -> Iterator[Scan]:
        """The caller, where one looked; a snapshot made from files has none."""
        if (caller := account.read("sts.caller_identity")) is not None:
            yield cls(account, caller.arn, caller.arn)

    def source(self, name: str) -> Source:
        """`caller`. Raises NotCollected."""
        return Source("/sts/caller_identity", self.account.read("sts.caller_identity"))


def report_row(account: Account, user: str) -> Source:
    """A user's row of the credential report, or what was looked up for a user younger than the report.

    Raises NotCollected.
    """
    snapshot = account.snapshot
    if user in snapshot.seen("iam.recent_users") or snapshot.has_gap("iam.recent_users", user):
        recent = account.entry("iam.recent_users", user)
        assert recent is not None
        return recent
    account.touched.add("iam.credential_report")
    report = snapshot.seen("iam.credential_report")
    if report is None or user not in report.rows:
        blind = snapshot.blind("iam.credential_report")
        raise NotCollected(*(blind or (Blind(f"the credential report does not list {user}"),)))
    return Source(f"/iam/credential_report/rows/{escape(user)}", report.rows[user], report.generated_time)
