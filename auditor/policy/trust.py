"""Trust in identity providers outside AWS: who is let in, as far as conditions on the claims of their tokens tell.

Condition operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
Claims as condition keys: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.policy.documents import Statement

_SAML, _WEB = "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"

_WANTS = {"stringequals": False, "stringequalsignorecase": False, "stringlike": True}
_REFUSES = {"stringnotequals": False, "stringnotequalsignorecase": False, "stringnotlike": True}
"""Operators that name what a claim must be, or in a Deny must not differ from -> whether `*` and `?` are wildcards.

No other operator leaves only the named values: those for ARNs, numbers or dates never hold for a text, the negated
ones let everything else in, and Null lets every value in.
"""

_QUALIFIER = re.compile(r"(?:(foranyvalue|forallvalues):)?([a-z]+?)(ifexists)?")


class Test(NamedTuple):
    """A test that a claim has one of these values; `wildcards` tells whether `*` and `?` in them are any text."""

    values: tuple[str, ...]
    wildcards: bool

    @property
    def open(self) -> bool:
        """Whether some value is nothing but wildcards, so that the test keeps nobody out."""
        return self.wildcards and any(not value.strip("*?") and "*" in value for value in self.values)

    @property
    def exact(self) -> bool:
        """Whether every value is one text and no pattern."""
        return not self.wildcards or not any(sign in value for value in self.values for sign in "*?")


class Federation(NamedTuple):
    """One statement's trust in one identity provider, and the statements that take some of it back."""

    provider: str
    statement: Statement
    denials: tuple[Statement, ...]

    @property
    def is_saml(self) -> bool:
        """Whether the provider speaks SAML; all others issue web identity tokens."""
        return ":saml-provider/" in self.provider

    @property
    def issuer(self) -> str:
        """The issuer of web identity tokens as condition keys begin with it: its address without https://."""
        return self.provider.partition(":oidc-provider/")[2] or self.provider

    def tests(self, claim: str) -> tuple[Test, ...]:
        """What the claim ("sub", "aud") must pass, all of it; nothing where any value will do.

        A test that also holds where the claim is missing counts for subject and audience alone, which no token that
        AWS takes goes without.
        """
        key = f"{'saml' if self.is_saml else self.issuer}:{claim}".casefold()
        wanted = _tests(self.statement, key, _WANTS, may_be_missing=claim not in ("sub", "aud"))
        # A Deny with further conditions takes back only some of what it names.
        single = (denial for denial in self.denials if sum(map(len, denial.condition.values())) == 1)
        return (*wanted, *(test for denial in single for test in _tests(denial, key, _REFUSES)))

    def demands(self, claim: str) -> bool:
        """Whether the claim cannot be just anything."""
        return any(not test.open for test in self.tests(claim))


def federations(statements: Iterable[Statement]) -> Iterator[Federation]:
    """Every trust in an identity provider that statements of a role's trust policy give and that can be used."""
    listed = tuple(statements)
    for statement in listed:
        if statement.effect != "Allow":
            continue
        providers = _federated(statement.principal)
        for provider in providers:
            denials = tuple(each for each in listed if each.effect == "Deny" and _denies(each, provider))
            federation = Federation(provider, statement, denials)
            if _allows(statement, _SAML if federation.is_saml else _WEB) and not _wants_another(federation, providers):
                yield federation


def _federated(principal: Any) -> tuple[str, ...]:
    named = principal.get("Federated", ()) if isinstance(principal, dict) else ()
    return (named,) if isinstance(named, str) else tuple(str(each) for each in named)


def _allows(statement: Statement, action: str) -> bool:
    if statement.not_actions is not None:
        return not any(matches(pattern.casefold(), action) for pattern in statement.not_actions)
    return any(matches(pattern.casefold(), action) for pattern in statement.actions or ())


def _denies(statement: Statement, provider: str) -> bool:
    """Whether a Deny takes back trust in the provider, whatever its conditions."""
    everybody = statement.principal == "*" or provider in _federated(statement.principal)
    return everybody and _allows(statement, _SAML if ":saml-provider/" in provider else _WEB)


def _wants_another(federation: Federation, providers: tuple[str, ...]) -> bool:
    """Whether the statement wants a claim of another provider that it names: then this one's tokens never pass."""
    others = {Federation(each, federation.statement, ()).issuer.casefold() for each in providers}
    others.discard(federation.issuer.casefold())
    return any(
        key.rpartition(":")[0] in others and present and operator in _WANTS
        for operator, present, key, _ in _conditions(federation.statement)
    )


def _tests(
    statement: Statement, key: str, operators: dict[str, bool], *, may_be_missing: bool = False
) -> Iterator[Test]:
    for operator, present, name, values in _conditions(statement):
        if name == key and operator in operators and (present or not may_be_missing):
            yield Test(values, operators[operator])


def _conditions(statement: Statement) -> Iterator[tuple[str, bool, str, tuple[str, ...]]]:
    """Every test of a statement: operator, whether it fails where the key is missing, key, values."""
    for written, block in statement.condition.items():
        if parts := _QUALIFIER.fullmatch(written):
            qualifier, operator, if_exists = parts.groups()
            present = qualifier != "forallvalues" and not if_exists
            yield from ((operator, present, key, values) for key, values in block.items())


def matches(pattern: str, text: str) -> bool:
    """Whether a text is one that a pattern with the wildcards `*` and `?` means. A bracket means itself."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))
