"""Take people's names, or more, out of a snapshot, and leave what rules judge.

| level  | what is replaced                                                                                       |
|--------|--------------------------------------------------------------------------------------------------------|
| off    | nothing                                                                                                |
| names  | names of users, of sessions and of MFA devices, and e-mail addresses, wherever they stand: map keys,   |
|        | ARNs, policy documents, gaps; values of tags become empty                                              |
| strict | also names of groups, roles, customer managed and inline policies, certificates and SAML providers;    |
|        | account ids, also within other names; ids of access keys, users, roles; account aliases, the           |
|        | organization's id; descriptions become empty                                                           |

A name has the same pseudonym everywhere: its kind, and ten hexadecimal digits of a SHA-256 over account and name. So
reports of two redacted snapshots can be compared. It also means that whoever guesses a name can test the guess:
pseudonyms keep names from readers, and are no encryption.

What stays: dates, regions, services, paths, keys of tags, statement ids, AWS managed policies, roles that are linked
to services, the prefix AWSReservedSSO_, root, OpenID Connect providers, patterns with wildcards, and names of other
services' resources in policy documents, except for a part of them that is just a user's name.
"""

from __future__ import annotations

import json
import re
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from auditor.errors import OutputError
from auditor.snapshot.credential_report import ROOT
from auditor.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    Rename = Callable[[str], str]

Level = Literal["off", "names", "strict"]

_KEPT = frozenset({"aws_managed_policies", "collection"})
"""Sections that hold nothing of the account's own."""

_IAM_ARN = re.compile(
    r"(arn:aws[a-z-]*:(?:iam|sts)::(?!aws:)[^:\s]*:)(user|federated-user|group|role|instance-profile|assumed-role|policy"
    r"|server-certificate|saml-provider|mfa|sms-mfa|u2f)/(\S+)"
)
_OTHER_ARN = re.compile(r"(arn:aws[a-z-]*:(?!iam:|sts:)[a-z0-9-]+:[^:\s]*:[^:\s]*:)(\S+)")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+=,-])[A-Za-z0-9._%+=,-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")
_USER_ID = re.compile(r"(A[A-Z]{3}[A-Z0-9]{12,}|[0-9]{12}):(\S+)")
_WORD = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_UNIQUE_ID = re.compile(
    r"(?<![A-Za-z0-9])(ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,124}(?![A-Za-z0-9])"
)
_ORGANIZATION = re.compile(r"(?<![A-Za-z0-9-])o-[a-z0-9]{10,32}(?![A-Za-z0-9])")


def redact(snapshot: Snapshot, level: Level) -> Snapshot:
    """The snapshot with names replaced as the level says. Raises OutputError where two names come to one pseudonym."""
    if level == "off":
        return snapshot
    state = snapshot.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return Snapshot.model_validate(_Redaction(snapshot, strict=level == "strict").state(state))


class _Redaction:
    """One snapshot's redaction: who is known in it, and how each kind of name is replaced."""

    def __init__(self, snapshot: Snapshot, *, strict: bool) -> None:
        self.salt = snapshot.account
        self.strict = strict
        iam = snapshot.iam
        rows = iam.credential_report.rows if iam.credential_report else {}
        self.users = {*iam.users, *rows, *iam.recent_users} - {ROOT}
        self.known: dict[str, Rename] = dict.fromkeys(self.users, self.user)
        if strict:
            self.known = dict.fromkeys(iam.groups, self.group) | dict.fromkeys(iam.roles, self.role) | self.known
        self.linked = {name for name, role in iam.roles.items() if role.path.startswith("/aws-service-role/")}
        self.documents: dict[str, str] = {}
        self.fields: dict[str, Rename] = {
            "UserName": self.user,
            "user": self.user,
            "UserId": self.user_id,
            "GroupName": self.group,
            "GroupList": self.group,
            "RoleName": self.role,
            "PolicyName": self.policy,
            "ServerCertificateName": self.certificate,
            "PolicyDocument": self.document,
            "AssumeRolePolicyDocument": self.document,
            "Document": self.document,
            "Value": lambda value: "",
            "Description": lambda text: "" if strict else self.prose(text),
            "account_aliases": self.named("alias"),
            "message": self.prose,
        }
        self.keys: dict[str, Rename] = {
            **dict.fromkeys(("users", "rows", "recent_users"), self.user),
            **dict.fromkeys(("access_keys", "mfa_devices", "ssh_public_keys"), self.user),
            **dict.fromkeys(("roles", "role_settings"), self.role),
            "groups": self.group,
            "server_certificates": self.certificate,
            **dict.fromkeys(("policies", "virtual_mfa_devices", "service_specific_credentials"), self.text),
            **dict.fromkeys(("saml_providers", "oidc_providers"), self.text),
        }

    # -- the state, by the names of its fields ----------------------------------------------------------------

    def state(self, state: dict[str, Any]) -> dict[str, Any]:
        """The whole snapshot."""
        redacted: dict[str, Any] = self.value("", state)
        redacted["gaps"] = [self.gap(gap) for gap in state.get("gaps", ())]
        redacted["collection"]["redacted"] = "strict" if self.strict else "names"
        return redacted

    def value(self, field: str, value: Any) -> Any:
        """A value of any kind, by the name of the field or section it stands in."""
        if field in _KEPT:
            return value
        if isinstance(value, str):
            return self.fields.get(field, self.text)(value)
        if isinstance(value, list):
            return [self.value(field, item) for item in value]
        if not isinstance(value, dict):
            return value
        if field in self.keys:
            return self.map(self.keys[field], value)
        redacted = {key: self.value(key, item) for key, item in value.items()}
        if "PolicyArn" in redacted and "PolicyName" in redacted:
            redacted["PolicyName"] = redacted["PolicyArn"].rpartition("/")[2]
        return redacted

    def map(self, rename: Rename, entries: dict[str, Any]) -> dict[str, Any]:
        redacted = {rename(key): self.value("", entry) for key, entry in entries.items()}
        if len(redacted) < len(entries):
            raise OutputError("cannot redact the snapshot: two of its names have the same pseudonym")
        return redacted

    def gap(self, gap: dict[str, Any]) -> dict[str, Any]:
        redacted: dict[str, Any] = self.value("", gap)
        if isinstance(gap.get("resource"), str):
            redacted["resource"] = self.keys.get(gap["section"].rpartition(".")[2], self.text)(gap["resource"])
        return redacted

    # -- names, by their kind ---------------------------------------------------------------------------------

    def pseudonym(self, kind: str, name: str, digits: int = 10) -> str:
        if any(wild in name for wild in "*?$"):
            return name
        return kind + sha256(f"{self.salt}\0{name}".encode()).hexdigest()[:digits]

    def named(self, kind: str) -> Rename:
        """How names of a kind are replaced that only `strict` replaces."""
        return partial(self.pseudonym, f"{kind}-") if self.strict else self.text

    def user(self, name: str) -> str:
        return name if name == ROOT else self.pseudonym("user-", name)

    def session(self, name: str) -> str:
        return self.user(name) if name in self.users else self.pseudonym("session-", name)

    def device(self, name: str) -> str:
        if name == "root-account-mfa-device":
            return name
        return self.user(name) if name in self.users else self.pseudonym("device-", name)

    def group(self, name: str) -> str:
        return self.named("group")(name)

    def policy(self, name: str) -> str:
        return self.named("policy")(name)

    def certificate(self, name: str) -> str:
        return self.named("certificate")(name)

    def role(self, name: str) -> str:
        if name in self.linked or name.startswith("AWSServiceRoleFor"):
            return name
        if name.startswith("AWSReservedSSO_"):
            return self.named("AWSReservedSSO_role")(name)
        return self.named("role")(name)

    def provider(self, name: str) -> str:
        return name if name.startswith("AWSSSO_") else self.named("provider")(name)

    def user_id(self, value: str) -> str:
        """A unique id, with the name of a session after it where it is one of a role or of a federated user."""
        if match := _USER_ID.fullmatch(value):
            return f"{self.text(match[1])}:{self.session(match[2])}"
        return self.text(value)

    # -- names within text ------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """Text in which ARNs and addresses may stand."""
        text = _IAM_ARN.sub(self.iam_arn, text)
        text = _OTHER_ARN.sub(self.other_arn, text)
        text = _EMAIL.sub(self.email, text)
        if self.strict:
            text = _ACCOUNT.sub(lambda match: self.account(match[0]), text)
            text = _UNIQUE_ID.sub(lambda match: self.pseudonym(match[1], match[0], 16).upper(), text)
            text = _ORGANIZATION.sub(lambda match: self.pseudonym("o-", match[0]), text)
        return text

    def prose(self, text: str) -> str:
        """Text for people, in which names stand as words."""
        return _WORD.sub(self.word, self.text(text))

    def word(self, match: re.Match[str]) -> str:
        """A word, which may be a name, and have the sentence's full stop or comma at its end."""
        name = match[0] if match[0] in self.known else match[0].rstrip(".,")
        return self.known.get(name, str)(name) + match[0][len(name) :]

    def email(self, match: re.Match[str]) -> str:
        if match[0] in self.users:
            return self.user(match[0])
        return f"{self.pseudonym('email-', match[0])}@redacted.invalid"

    def account(self, account: str) -> str:
        """Another account id, the same for the same one. It does not depend on the snapshot."""
        return f"{int(sha256(account.encode()).hexdigest(), 16) % 10**12:012}"

    def iam_arn(self, match: re.Match[str]) -> str:
        head, kind, tail = match.groups()
        path, slash, name = tail.rpartition("/")
        match kind:
            case "assumed-role":
                path, name = self.role(path), self.session(name)
            case "u2f":
                owner, slash_too, user = path.partition("/")
                path, name = owner + slash_too + (self.user(user) if owner == "user" else user), self.device(name)
            case _:
                name = self.by_kind(kind)(name)
        return f"{head}{kind}/{path}{slash}{name}"

    def by_kind(self, kind: str) -> Rename:
        """How the last part of an ARN is replaced, by the kind of resource."""
        return {
            "user": self.user,
            "federated-user": self.session,
            "group": self.group,
            "role": self.role,
            "instance-profile": self.role,
            "policy": self.policy,
            "server-certificate": self.certificate,
            "saml-provider": self.provider,
            "mfa": self.device,
            "sms-mfa": self.device,
        }[kind]

    def other_arn(self, match: re.Match[str]) -> str:
        """The ARN of another service's resource, in which a part may be a user's name: a home folder in a bucket."""
        parts = re.split(r"([/:])", match[2])
        return match[1] + "".join(self.user(part) if part in self.users else part for part in parts)

    # -- names within policy documents ------------------------------------------------------------------------

    def document(self, text: str) -> str:
        """A policy document; one without names keeps its very text, and one that cannot be read is left out."""
        if text not in self.documents:
            try:
                value = json.loads(text, object_pairs_hook=_Pairs)
                redacted = self.node(value, condition=False)
                self.documents[text] = text if redacted == value else _encoded(redacted)
            except (ValueError, RecursionError):
                self.documents[text] = ""
        return self.documents[text]

    def node(self, node: Any, *, condition: bool) -> Any:
        if isinstance(node, _Pairs):
            return _Pairs(
                (self.text(key), self.node(value, condition=condition or key.casefold() == "condition"))
                for key, value in node
            )
        if isinstance(node, list):
            return [self.node(item, condition=condition) for item in node]
        if type(node) is int and self.strict:
            digits = str(node)
            return self.account(digits) if _ACCOUNT.fullmatch(digits) else node
        if not isinstance(node, str):
            return node
        if condition:
            return self.user(node) if node in self.users else self.user_id(node)
        return self.text(node)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs: what a document says twice, it says twice afterwards."""


def _encoded(node: Any) -> str:
    if isinstance(node, _Pairs):
        return "{" + ",".join(f"{json.dumps(key)}:{_encoded(value)}" for key, value in node) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(_encoded, node)) + "]"
    return json.dumps(node)
