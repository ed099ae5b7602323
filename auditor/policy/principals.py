"""Who makes a request, and under which names a Principal element can mean them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.policy.elements import Principals

Name = tuple[str, str]
"""(type, value). The types are those of a Principal element, and three of ours: `account` with an account id, and
`role` and `user` with `partition:account:name`, which know no path, as the ARN of a session doesn't."""

_IAM = re.compile(r"arn:([a-z-]+):(iam|sts)::([0-9]{12}|cloudfront):([a-z-]+)(?:/(.+))?", re.DOTALL)
_ACCOUNT = re.compile(r"[0-9]{12}")
_CANONICAL = re.compile(r"[0-9a-f]{64}")
_SERVICE = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|aws\.internal|amazon\.com)"
)
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/.*)?", re.DOTALL)

_PROVIDERS = frozenset({"cognito-identity.amazonaws.com", "www.amazon.com"})
"""Identity providers whose names look like those of services."""


class PrincipalError(ValueError):
    """The text names no principal."""


class PrincipalKind(StrEnum):
    """What a caller is."""

    USER = "user"
    ROLE = "role"
    FEDERATED = "federated-user"
    """A session of `sts:GetFederationToken`."""
    ROOT = "root"
    SERVICE = "service"
    PROVIDER = "identity-provider"
    """Someone who comes with a web identity or a SAML assertion, and has no AWS identity yet."""
    ANONYMOUS = "anonymous"


class Grade(IntEnum):
    """How closely an element names a caller, which decides what an Allow in a resource policy overrides."""

    NONE = 0
    ACCOUNT = 1
    ENTITY = 2
    """The role of a session, or the user of a federated session."""
    DIRECT = 3
    """The very caller, or everyone."""


class Principal(NamedTuple):
    """Who makes a request."""

    kind: PrincipalKind
    text: str
    """ARN, service name, host of an identity provider, canonical user id; nothing for an anonymous caller."""
    account: str
    """12 digits; nothing where the caller belongs to no account."""
    names: tuple[tuple[Name, Grade], ...]
    """Every name that means the caller, the closest first."""

    @staticmethod
    def parse(text: str, account: str = "") -> Principal:
        """The principal that a text names: an ARN, an account id, a service name such as `ec2.amazonaws.com`, the ARN
        or host of an identity provider, or the canonical user id of an account.

        `account` is the caller's account where the text does not tell it.

        Raises:
            PrincipalError: it is none of these.
        """
        if match := _IAM.fullmatch(text):
            return _of_arn(text, *match.groups())
        if _ACCOUNT.fullmatch(text):
            return Principal(PrincipalKind.ROOT, text, text, ((("account", text), Grade.DIRECT),))
        if _CANONICAL.fullmatch(text):
            return Principal(PrincipalKind.ROOT, text, account, ((("CanonicalUser", text), Grade.DIRECT),))
        if _SERVICE.fullmatch(text) and text not in _PROVIDERS:
            return Principal(PrincipalKind.SERVICE, text, account, ((("Service", text), Grade.DIRECT),))
        if _HOST.fullmatch(text):
            return _provider(text)
        raise PrincipalError(f"not a principal: {text[:200]!r}")

    @staticmethod
    def anonymous() -> Principal:
        """A caller without credentials."""
        return Principal(PrincipalKind.ANONYMOUS, "", "", ())

    @property
    def name(self) -> str:
        """A user's, or a federated session's, name; the name of a session's role."""
        return self.text.split("/")[1 if ":sts:" in self.text else -1]

    @property
    def service_linked(self) -> bool:
        """Whether the caller is a role that an AWS service owns, which AWS names AWSServiceRoleFor...

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
        """
        return self.kind is PrincipalKind.ROLE and (
            ":role/aws-service-role/" in self.text or ":assumed-role/AWSServiceRoleFor" in self.text
        )


def _of_arn(text: str, partition: str, service: str, account: str, kind: str, path: str | None) -> Principal:
    in_account = (("account", account), Grade.ACCOUNT)
    itself = (("AWS", text), Grade.DIRECT)
    if (service, kind, path) == ("iam", "root", None):
        return Principal(PrincipalKind.ROOT, text, account, ((("account", account), Grade.DIRECT),))
    if path is None:
        raise PrincipalError(f"not a principal: {text[:200]!r}")
    name = path.rpartition("/")[2]
    match service, kind:
        case "iam", "user" if account == "cloudfront":
            # An origin access identity belongs to CloudFront: bucket policies alone decide on it.
            return Principal(PrincipalKind.SERVICE, text, "", (itself,))
        case "iam", "user":
            return Principal(PrincipalKind.USER, text, account, (itself, in_account))
        case "iam", "role":
            return Principal(PrincipalKind.ROLE, text, account, ((("AWS", text), Grade.ENTITY), in_account))
        case "sts", "assumed-role" if path.count("/") == 1:
            role = (("role", f"{partition}:{account}:{path.partition('/')[0]}"), Grade.ENTITY)
            return Principal(PrincipalKind.ROLE, text, account, (itself, role, in_account))
        case "sts", "federated-user":
            # The ARN does not tell who federated. AWS's examples give the session the name of its user.
            user = (("user", f"{partition}:{account}:{name}"), Grade.ENTITY)
            return Principal(PrincipalKind.FEDERATED, text, account, (itself, user, in_account))
        case "iam", "saml-provider" | "oidc-provider":
            return _provider(text)
    raise PrincipalError(f"not a principal: {text[:200]!r}")


def _provider(text: str) -> Principal:
    return Principal(PrincipalKind.PROVIDER, text, "", ((("Federated", text), Grade.DIRECT),))


class Named:
    """A Principal or NotPrincipal element, made ready to be asked about callers."""

    __slots__ = ("anyone", "kinds", "names")

    def __init__(self, element: Principals) -> None:
        self.anyone = element.anyone
        # AWS does not say what a lone * means under the other types, so it is taken to let in all of the type.
        self.kinds = frozenset(kind for kind, value in element.entries if value == "*")
        self.names = frozenset(name for kind, value in element.entries for name in _names(kind, value))

    def grade(self, principal: Principal) -> Grade:
        """How closely a Principal element names a caller."""
        if self.anyone or (self.kinds and self._names_kind(principal)):
            return Grade.DIRECT
        return next((grade for name, grade in principal.names if name in self.names), Grade.NONE)

    def grade_of_others(self, principal: Principal, *, allow: bool) -> Grade:
        """How closely a NotPrincipal element leaves a caller to the statement: wholly or not at all.

        An Allow spares whoever is listed by any name. A Deny spares only who is listed with every name: session, role
        and account.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if self.anyone or (self.kinds and self._names_kind(principal)):
            return Grade.NONE
        levels = [name in self.names for name, _ in principal.names if name[0] != "user"]
        spared = any(levels) if allow else bool(levels) and all(levels)
        return Grade.NONE if spared else Grade.DIRECT

    def _names_kind(self, principal: Principal) -> bool:
        return any(kind in self.kinds for (kind, _), _ in principal.names)


def _names(kind: str, value: str) -> Iterable[Name]:
    if kind == "AWS":
        if _ACCOUNT.fullmatch(value):
            return [("account", value)]
        if match := _IAM.fullmatch(value):
            partition, service, account, entity, path = match.groups()
            if (service, entity, path) == ("iam", "root", None):
                return [("account", account)]
            if service == "iam" and entity in ("user", "role") and path:
                return [(kind, value), (entity, f"{partition}:{account}:{path.rpartition('/')[2]}")]
    return [(kind, value)]
