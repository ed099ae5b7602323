"""Take people's names, or more, out of a snapshot, and leave what rules judge.

| level  | what is replaced                                                                                       |
|--------|--------------------------------------------------------------------------------------------------------|
| off    | nothing                                                                                                |
| names  | names of users, of sessions and of MFA devices, and e-mail addresses, wherever they stand: map keys,   |
|        | ARNs, policy documents, gaps; networks that keys were used from; names, phone numbers and addresses of |
|        | the account's contacts; values of tags become empty                                                    |
| strict | also names of groups, roles, permission sets, applications, customer managed and inline policies,      |
|        | certificates, SAML providers and token issuers; account ids, also within other names; ids of access    |
|        | keys, users, roles; names and aliases of accounts, names of budgets, the organization's id;            |
|        | descriptions become empty                                                                              |

A name has the same pseudonym everywhere: its kind, and ten hexadecimal digits of a SHA-256 over account and name. So
reports of two redacted snapshots can be compared. It also means that whoever guesses a name can test the guess:
pseudonyms keep names from readers, and are no encryption.

What stays: dates, regions, services, paths, keys of tags, statement ids, AWS managed policies, roles that are linked
to services, the prefix AWSReservedSSO_, root, OpenID Connect providers, patterns with wildcards, and names of other
services' resources, except for a part of them that is just a user's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from auditor.errors import OutputError
from auditor.snapshot.pseudonyms import Pseudonyms
from auditor.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from auditor.snapshot.pseudonyms import Rename

Level = Literal["off", "names", "strict"]

_KEPT = frozenset({"iam.aws_managed_policies", "sso.managed_policies", "support.trusted_advisor_checks", "collection"})
"""Sections that hold nothing of the account's own."""

_CONTACT = ("AddressLine1", "City", "CompanyName", "ContactName", "FullName", "PostalCode", "Title")
"""What the account's contacts tell of people, e-mail addresses and phone numbers apart."""


def redact(snapshot: Snapshot, level: Level) -> Snapshot:
    """The snapshot with names replaced as the level says. Raises OutputError where two names come to one pseudonym."""
    if level == "off":
        return snapshot
    state = snapshot.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return Snapshot.model_validate(_Redaction(snapshot, strict=level == "strict").state(state))


class _Redaction:
    """One snapshot's redaction: how what stands in each field is replaced."""

    def __init__(self, snapshot: Snapshot, *, strict: bool) -> None:
        names = self.names = Pseudonyms(snapshot, strict=strict)
        self.fields: dict[str, Rename] = {
            "UserName": names.user,
            "LookedUp": names.user,
            "Network": names.network,
            "UserProfileName": names.user,
            "user": names.user,
            "UserId": names.user_id,
            "GroupName": names.group,
            "GroupList": names.group,
            "RoleName": names.role,
            "PolicyName": names.policy,
            "ServerCertificateName": names.certificate,
            "DisplayName": names.group,
            "PermissionSetName": names.named("permission-set"),
            "ApplicationName": names.named("application"),
            "TrustedTokenIssuerName": names.named("issuer"),
            "InlinePolicy": names.document,
            "PolicyDocument": names.document,
            "AssumeRolePolicyDocument": names.document,
            "Document": names.document,
            "Value": lambda value: "",
            "Description": lambda text: "" if strict else names.prose(text),
            "iam.account_aliases": names.named("alias"),
            **dict.fromkeys(_CONTACT, names.contact),
            "EmailAddress": names.address,
            "PhoneNumber": names.phone,
            "Content": names.document,
            "AccountName": names.named("account"),
            "BudgetName": names.named("budget"),
            "MonitorName": names.named("monitor"),
            "findingDetails": names.prose,
            "message": names.prose,
        }
        self.keys: dict[str, Rename] = {
            **dict.fromkeys(("iam.users", "rows", "iam.recent_users"), names.user),
            **dict.fromkeys(("iam.access_keys", "iam.mfa_devices", "iam.ssh_public_keys"), names.user),
            **dict.fromkeys(("iam.roles", "iam.role_settings"), names.role),
            "iam.groups": names.group,
            **dict.fromkeys(("organizations.accounts", "organizations.delegated_administrators"), names.text),
            "budgets.budgets": names.named("budget"),
            "ce.anomaly_monitors": names.text,
            "sagemaker.user_profiles": names.profile,
            "iam.server_certificates": names.certificate,
            **dict.fromkeys(
                ("iam.policies", "iam.virtual_mfa_devices", "iam.service_specific_credentials"), names.text
            ),
            **dict.fromkeys(("iam.saml_providers", "iam.saml_provider_details", "iam.oidc_providers"), names.text),
            **dict.fromkeys(("sso.applications", "sso.trusted_token_issuers"), names.text),
        }

    # -- the state, by the names of its fields ----------------------------------------------------------------

    def state(self, state: dict[str, Any]) -> dict[str, Any]:
        """The whole snapshot."""
        redacted: dict[str, Any] = {name: self.service(name, value) for name, value in state.items()}
        redacted["gaps"] = [self.gap(gap) for gap in state.get("gaps", ())]
        redacted["collection"]["redacted"] = "strict" if self.names.strict else "names"
        return redacted

    def service(self, name: str, value: Any) -> Any:
        """What the snapshot holds under one name: the sections of a service ("iam.users"), or a value."""
        if name in _KEPT or not isinstance(value, dict):
            return self.value(name, value)
        return {section: self.value(f"{name}.{section}", entries) for section, entries in value.items()}

    def value(self, field: str, value: Any) -> Any:
        """A value of any kind, by the name of the field or section it stands in."""
        if field in _KEPT:
            return value
        if isinstance(value, str):
            return self.fields.get(field, self.names.text)(value)
        if isinstance(value, list):
            return [self.value(field, item) for item in value]
        if not isinstance(value, dict):
            return value
        if field in self.keys:
            return self.map(self.keys[field], value)
        redacted = self.whole(value, {self.names.text(key): self.value(key, item) for key, item in value.items()})
        if "PolicyArn" in redacted and "PolicyName" in redacted:
            redacted["PolicyName"] = redacted["PolicyArn"].rpartition("/")[2]
        return redacted

    def map(self, rename: Rename, entries: dict[str, Any]) -> dict[str, Any]:
        return self.whole(entries, {rename(key): self.value("", entry) for key, entry in entries.items()})

    def whole(self, entries: dict[str, Any], redacted: dict[str, Any]) -> dict[str, Any]:
        if len(redacted) < len(entries):
            raise OutputError("cannot redact the snapshot: two of its names have the same pseudonym")
        return redacted

    def gap(self, gap: dict[str, Any]) -> dict[str, Any]:
        redacted: dict[str, Any] = self.value("", gap)
        if isinstance(gap.get("resource"), str):
            redacted["resource"] = self.keys.get(gap["section"], self.names.text)(gap["resource"])
        return redacted
