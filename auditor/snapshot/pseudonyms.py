"""Pseudonyms for the names in a snapshot: by their kind, within text, and within policy documents."""

from __future__ import annotations

import json
import re
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from auditor.snapshot.credential_report import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.snapshot.snapshot import Snapshot

    Rename = Callable[[str], str]

_IAM_ARN = re.compile(
    r"(arn:aws[a-z-]*:(?:iam|sts)::(?!aws:)[^:\s]*:)(user|federated-user|group|role|instance-profile|assumed-role|policy"
    r"|server-certificate|saml-provider|mfa|sms-mfa|u2f)/(\S+)"
)
_OTHER_ARN = re.compile(r"(arn:aws[a-z-]*:(?!iam:|sts:)[a-z0-9-]+:[^:\s]*:[^:\s]*:)(\S+)")
_SECRET = re.compile(r"(.+)(-(?:[A-Za-z0-9?]{6}|\*))")
"""The last part of a secret's ARN, to which AWS adds six letters, which policies leave open."""
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+=,-])[A-Za-z0-9._%+=,-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")
_USER_ID = re.compile(r"(A[A-Z]{3}[A-Z0-9]{12,}|[0-9]{12}):(\S+)")
_WORD = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_UNIQUE_ID = re.compile(
    r"(?<![A-Za-z0-9])(ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,124}(?![A-Za-z0-9])"
)
_ORGANIZATION = re.compile(r"(?<![A-Za-z0-9-])o-[a-z0-9]{10,32}(?![A-Za-z0-9])")


class Pseudonyms:
    """How each kind of name of one snapshot is replaced, and who is known in it."""

    def __init__(self, snapshot: Snapshot, *, strict: bool) -> None:
        self.salt = snapshot.account
        self.strict = strict
        iam = snapshot.iam
        rows = iam.credential_report.rows if iam.credential_report else {}
        people = {user.user_name for user in snapshot.identitystore.users.values()}
        profiles = {profile.user_profile_name for profile in snapshot.sagemaker.user_profiles.values()}
        self.users = {*iam.users, *rows, *iam.recent_users, *people, *profiles} - {ROOT, ""}
        self.known: dict[str, Rename] = dict.fromkeys(self.users, self.user)
        if strict:
            self.known = dict.fromkeys(iam.groups, self.group) | dict.fromkeys(iam.roles, self.role) | self.known
        self.linked = {name for name, role in iam.roles.items() if role.path.startswith("/aws-service-role/")}
        self.documents: dict[str, str] = {}

    # -- names, by their kind ---------------------------------------------------------------------------------

    def pseudonym(self, kind: str, name: str, digits: int = 10) -> str:
        """The kind and a digest; a pattern with wildcards stays."""
        if any(wild in name for wild in "*?$"):
            return name
        return kind + self.digest(name)[:digits]

    def digest(self, name: str) -> str:
        """What stands for a name in this snapshot, in hexadecimal digits."""
        return sha256(f"{self.salt}\0{name}".encode()).hexdigest()

    def named(self, kind: str) -> Rename:
        """How names of a kind are replaced that only `strict` replaces."""
        return partial(self.pseudonym, f"{kind}-") if self.strict else self.text

    def user(self, name: str) -> str:
        """A user, by name."""
        return name if name == ROOT else self.pseudonym("user-", name)

    def session(self, name: str) -> str:
        """A session: by a user's name, or one of its own."""
        return self.user(name) if name in self.users else self.pseudonym("session-", name)

    def profile(self, key: str) -> str:
        """A user profile of SageMaker, by its ARN or, in a gap, by domain and name."""
        head, slash, name = key.rpartition("/")
        return f"{self.text(head)}{slash}{self.user(name)}"

    def device(self, name: str) -> str:
        """An MFA device, which often bears its user's name."""
        if name == "root-account-mfa-device":
            return name
        return self.user(name) if name in self.users else self.pseudonym("device-", name)

    def network(self, network: str) -> str:
        """The network that a request came from."""
        return network if network == "private" else self.pseudonym("network-", network)

    def group(self, name: str) -> str:
        """A group, by name."""
        return self.named("group")(name)

    def policy(self, name: str) -> str:
        """A policy, by name."""
        return self.named("policy")(name)

    def certificate(self, name: str) -> str:
        """A server certificate, by name."""
        return self.named("certificate")(name)

    def role(self, name: str) -> str:
        """A role, by name; those that services own keep theirs."""
        if name in self.linked or name.startswith("AWSServiceRoleFor"):
            return name
        if name.startswith("AWSReservedSSO_"):
            return self.named("AWSReservedSSO_role")(name)
        return self.named("role")(name)

    def provider(self, name: str) -> str:
        """A SAML provider, by name; that of Identity Center keeps its own."""
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
        """An e-mail address within text, which may be a user's name."""
        if match[0] in self.users:
            return self.user(match[0])
        return f"{self.pseudonym('email-', match[0])}@redacted.invalid"

    def contact(self, text: str) -> str:
        """What stands in a contact: the same for the same text in other letters, and nothing for nothing."""
        return f"contact-{self.digest(text.strip().casefold())[:10]}" if text.strip() else ""

    def address(self, address: str) -> str:
        """An e-mail address, the same for the same one in other letters."""
        return f"email-{self.digest(address.strip().casefold())[:10]}@redacted.invalid" if address.strip() else ""

    def phone(self, number: str) -> str:
        """A phone number, the same for the same digits."""
        digits = re.sub(r"\D", "", number)
        return f"+{int(self.digest(digits), 16) % 10**10:010}" if digits else ""

    def account(self, account: str) -> str:
        """Another account id, the same for the same one. It does not depend on the snapshot."""
        return f"{int(sha256(account.encode()).hexdigest(), 16) % 10**12:012}"

    def iam_arn(self, match: re.Match[str]) -> str:
        """The ARN of something in IAM or of a session."""
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
        name, ending = parts[-1], ""
        if ":secretsmanager:" in match[1] and (secret := _SECRET.fullmatch(name)):
            name, ending = secret.groups()
        whole = "".join(self.user(part) if part in self.users else part for part in (*parts[:-1], name))
        return match[1] + whole + ending

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
        """A part of a policy document."""
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
