"""Callers that stand for all others in a question about policies.

Principal elements name callers exactly, so they tell apart: each that is named, the others of an account that is
named, and everyone else, with or without credentials.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.policy.atoms import Glob
from auditor.policy.elements import Kind
from auditor.policy.patterns import QUESTION, STAR, arn_matcher
from auditor.policy.principals import Principal, PrincipalError, PrincipalKind
from auditor.policy.request import Request
from auditor.policy.user_ids import USER_ID, is_user_id, of_accounts, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.policy.document import Policy
    from auditor.policy.elements import Statement
    from auditor.policy.patterns import Tokens

    Values = tuple[str, ...] | None

OWNER: Final = "111122223333"
"""The account that is taken to own an example's resources; AWS's documentation uses it so."""

WITH_PRINCIPAL: Final = frozenset({Kind.RESOURCE, Kind.TRUST, Kind.RCP, Kind.VPC_ENDPOINT})
"""The kinds of policies whose statements name callers."""

_STRANGERS: Final = ("444455556666", "777788889999", "123456789012", "999999999999", "888888888888")
_SERVICE: Final = "cloudtrail.amazonaws.com"
_PROVIDERS: Final = ("accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com")
_ACCOUNT: Final = re.compile(r"(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?")
_ACCOUNT_ID: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_ROLE: Final = re.compile(r"arn:([a-z-]+):iam::([0-9]{12}):role/(?:.*/)?([^/]+)", re.DOTALL)
_ARN: Final = "aws:principalarn"
_ACCOUNT_KEY: Final = "aws:principalaccount"
KMS_ACCOUNT_KEY: Final = "kms:calleraccount"
"""The same, as KMS tells it; requests to other services are without.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account"""
_ACCOUNT_KEYS: Final = (_ACCOUNT_KEY, KMS_ACCOUNT_KEY)
_OF_SERVICES: Final = frozenset(
    {"aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"}
)
_OF_CALLER: Final = _OF_SERVICES | {_ARN, _ACCOUNT_KEY, KMS_ACCOUNT_KEY, "aws:principaltype", "aws:username"}
_OF_CREDENTIALS: Final = frozenset(
    {
        *("aws:username", "aws:userid", "aws:tokenissuetime", "aws:sourceidentity", "aws:assumedroot"),
        *("aws:multifactorauthage", "aws:multifactorauthpresent", "aws:signinsessionarn", "aws:chatbotsourcearn"),
    }
)
_WITH_KNOWN_ID: Final = frozenset({PrincipalKind.ROOT, PrincipalKind.FEDERATED})
_WITHOUT_CREDENTIALS: Final = frozenset({PrincipalKind.ANONYMOUS, PrincipalKind.SERVICE, PrincipalKind.PROVIDER})


_ACCOUNT_LETTERS: Final[Tokens] = (QUESTION,) * 12


class Caller(NamedTuple):
    """A caller, and which others it stands for."""

    principal: Principal
    others: str = ""
    """Nothing if it stands for itself alone, `account` if for others of its account, `world` if for any other."""
    arn: str = ""
    """Its aws:PrincipalArn, where that does not follow from the principal: a role's path is not in its sessions."""

    @property
    def kinds(self) -> tuple[PrincipalKind, ...]:
        """What it is, or what those are for whom it stands: of an account, users stand for federated ones as well."""
        own = self.principal.kind
        if self.others == "world":
            return (own, PrincipalKind.ROLE, PrincipalKind.FEDERATED, PrincipalKind.ROOT)
        return (own, PrincipalKind.FEDERATED) if self.others and own is PrincipalKind.USER else (own,)

    def known(self, key: str) -> bool:
        """Whether the one value of a condition key, in lower case, follows from who calls."""
        if self.others:
            return key in _OF_SERVICES
        if key == USER_ID and self.principal.kind in _WITH_KNOWN_ID:
            return True
        if self.principal.kind in _WITHOUT_CREDENTIALS:
            return key.startswith("aws:principal") or key in _OF_CREDENTIALS or key == KMS_ACCOUNT_KEY
        return key in _OF_CALLER

    def value(self, key: str) -> Values:
        """What follows for a key that is known."""
        if self.arn and key == _ARN:
            return (self.arn,)
        found = Request(self.principal, "kms:AnyAction").context.get(key)
        return found if isinstance(found, tuple) else None


class Callers:
    """The callers that a question tells apart, those first that need no other policy."""

    __slots__ = ("_accounts", "_arns", "_name", "_texts", "all", "with_principal")

    all: tuple[Caller, ...]
    with_principal: bool
    """Whether the policies name callers, and are not those of the callers themselves."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        """Find them for some policies of one kind."""
        self._texts = tuple(policy.source.text for policy in policies)
        self.with_principal = bool(policies) and policies[0].kind in WITH_PRINCIPAL
        statements = [statement for policy in policies for statement in policy.statements]
        elements = [element for it in statements for element in (it.principals, it.not_principals) if element]
        entries = dict.fromkeys(entry for element in elements for entry in element.entries)
        self._accounts = dict.fromkeys((*_accounts_in_principals(entries), *_accounts_in_conditions(statements)))
        found = [caller for entry in entries for caller in _named(*entry)]
        self._name = name = self._unnamed(("example", *(f"example-{number}" for number in range(len(entries)))), "/{}")
        found += [other for account in self._accounts for other in _of_account(account, name)]
        found.append(Caller(_user(self._unnamed((OWNER, *_STRANGERS), "{}"), name), "world"))
        if self.with_principal:
            found = [Caller(Principal.anonymous()), *found, Caller(Principal.parse(_SERVICE))]
        if any(policy.kind is Kind.TRUST for policy in policies):
            providers = (self._unnamed(_PROVIDERS, '"{}"'), f"arn:aws:iam::{OWNER}:saml-provider/{name}")
            found += [Caller(Principal.parse(provider)) for provider in providers]
        self.all = tuple(dict.fromkeys(found))
        self._arns = {caller.value(_ARN) for caller in self.all if caller.known(_ARN)} - {None}

    def _unnamed(self, candidates: Sequence[str], form: str) -> str:
        """The first candidate that stands in none of the policies in this form."""
        forms = ((candidate, form.format(candidate)) for candidate in candidates)
        return next((it for it, written in forms if not any(written in text for text in self._texts)), candidates[-1])

    def examples(self, key: str, patterns: Iterable[str]) -> Iterator[str]:
        """Likely values of a key that is compared with some patterns, for requests to look real."""
        if key == USER_ID:
            yield from of_accounts(patterns)
        if key == _ARN:
            others = [caller.principal for caller in self.all if caller.others]
            yield from (other.text for other in others if ":assumed-role/" not in other.text)
            yield from (f"arn:aws:sts::{account}:federated-user/{self._name}" for account in self._accounts)
            stranger = next(caller.principal.account for caller in self.all if caller.others == "world")
            for parts in (pattern.split(":", 5) for pattern in patterns):
                if len(parts) == 6:
                    account = stranger if "*" in parts[4] else parts[4]
                    named = ":".join((*parts[:4], account, parts[5]))
                    yield named.replace("*", "example").replace("?", "x")

    def globs(self, key: str) -> Iterator[Glob]:
        """What else must be told apart in the values of a key, so that each is possible for a caller or isn't."""
        for value in dict.fromkeys(caller.value(key) for caller in self.all if caller.known(key)):
            yield from (Glob((text,)) for text in value or ())
        if key in _ACCOUNT_KEYS:
            yield from (Glob((account,)) for account in self._accounts)
        elif key == _ARN:
            yield from (glob for account in (*self._accounts, None) for glob in _of_account_arns(account))
        elif key == USER_ID:
            yield from told_apart()

    def possible(self, caller: Caller, key: str, value: Values) -> bool:
        """Whether a request of the caller, or of one it stands for, can have this value of a key."""
        if key == KMS_ACCOUNT_KEY and value is None:
            return True
        if caller.known(key):
            return value == caller.value(key)
        if key == USER_ID:
            return value is not None and any(is_user_id(kind, value[0]) for kind in caller.kinds)
        if not caller.others or key not in (_ARN, *_ACCOUNT_KEYS):
            return True
        if value is None or value in self._arns or (key == _ARN and not _is_of(None, key, value[0])):
            return False
        accounts = [account for account in self._accounts if _is_of(account, key, value[0])]
        return accounts == ([caller.principal.account] if caller.others == "account" else [])


def _accounts_in_principals(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for kind, value in entries:
        if kind == "AWS" and (account := _ACCOUNT.fullmatch(value)):
            yield account[1]


def _accounts_in_conditions(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        for condition in statement.conditions:
            if condition.key in (_ARN, *_ACCOUNT_KEYS):
                for value in condition.values:
                    yield from _ACCOUNT_ID.findall(value)


@lru_cache(maxsize=1_024)
def _of_account_arns(account: str | None) -> tuple[Glob, ...]:
    """Every aws:PrincipalArn of an account, or of any: of its root user, users and roles, and of federated users."""
    place: Tokens = (f"::{account}:",) if account else ("::", *_ACCOUNT_LETTERS, ":")
    named = (("iam", "root"), ("iam", "user/", QUESTION, STAR), ("iam", "role/", QUESTION, STAR))
    return tuple(
        Glob(("arn:aws", STAR, f":{service}", *place, *resource), arn=True)
        for service, *resource in (*named, ("sts", "federated-user/", QUESTION, STAR))
    )


def _is_of(account: str | None, key: str, value: str) -> bool:
    if key in _ACCOUNT_KEYS:
        return value == account
    return any(arn_matcher(glob.tokens)(value) for glob in _of_account_arns(account))


def _user(account: str, name: str) -> Principal:
    return Principal.parse(f"arn:aws:iam::{account}:user/{name}")


def _of_account(account: str, name: str) -> Iterator[Caller]:
    yield Caller(Principal.parse(f"arn:aws:iam::{account}:root"))
    yield Caller(_user(account, name), "account")
    yield Caller(Principal.parse(f"arn:aws:sts::{account}:assumed-role/{name}/session"), "account")


def _named(kind: str, value: str) -> Iterator[Caller]:
    """The callers that one entry of a Principal element tells from others, but for a whole account."""
    if kind == "AWS" and _ACCOUNT.fullmatch(value):
        return
    role = _ROLE.fullmatch(value)
    try:
        if (kind, value) == ("Federated", "*"):
            yield Caller(Principal.parse(_PROVIDERS[0]))
        elif kind == "AWS" and role:
            session = f"arn:{role[1]}:sts::{role[2]}:assumed-role/{role[3]}/session"
            yield Caller(Principal.parse(session), arn=value)
        else:
            yield Caller(Principal.parse(value))
            if ":assumed-role/" in value:
                yield Caller(Principal.parse(f"{value.rpartition('/')[0]}/other-session"))
    except PrincipalError:
        return
