"""Whom identity providers vouch for: what conditions on the claims of their tokens leave open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.access.issuers import AUDIENCES, known_issuer, strangers, subject_of
from auditor.errors import NotCollected
from auditor.findings.model import Blind
from auditor.policy.atoms import TooLarge
from auditor.policy.conditions import OPERATORS
from auditor.policy.patterns import glob
from auditor.policy.principals import Principal, PrincipalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.access.exposure import Barred, Trust
    from auditor.access.issuers import Issuer, Part
    from auditor.policy.elements import Condition, Statement
    from auditor.policy.request import Given, Request

_OTHER: Final = "somebody-else"
"""An audience, and the whole of a subject, that no policy means."""

_OF_AWS: Final = ("aws", "sts", "iam")
"""What condition keys begin with that are no claims."""


class Federation(NamedTuple):
    """One statement's trust in one identity provider by which somebody gets in.

    What lets somebody in is a request; looking for one raises NotCollected where conditions are too intricate.
    """

    provider: Principal
    trust: Trust
    """The role with this one statement that allows, and all that deny."""
    statement: int
    """The position of the statement in the trust policy; from 0."""

    @property
    def is_saml(self) -> bool:
        """Whether the provider speaks SAML; all others issue web identity tokens."""
        return _is_saml(self.provider)

    @property
    def issuer(self) -> str:
        """The provider's address, https:// left out; of a SAML provider its ARN."""
        return self.provider.text.partition(":oidc-provider/")[2] or self.provider.text

    @property
    def known(self) -> Issuer | None:
        """The provider, if it is known to issue tokens for workloads alone."""
        return known_issuer(self.issuer)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the subject must be like, by conditions that name what it must be; nothing where any will do."""
        return tuple(dict.fromkeys(value for it in self._asked("sub") for value in it.values))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that its subjects have; nothing where their format is not known."""
        return subject_of(self.issuer, self.subjects)

    def with_other_audience(self) -> Request | None:
        """How a token or assertion for somebody else gets in; None where it does not."""
        claims = ("aud",) if self.is_saml else AUDIENCES.get(self.issuer.lower(), ("aud",))
        return self.lets({self._key(claim): _OTHER for claim in claims})

    def with_any_subject(self) -> Request | None:
        """How somebody else's token gets in; None where it does not.

        By audience, or by other claims, where these tell the issuer's customers apart as well.
        """
        known = self.known
        audience: dict[str, Given] = {self._key("aud"): _OTHER} if known and known.by_audience else {}
        first = known.subject[:1] if known else ()
        return self.lets({self._key("sub"): _OTHER, **audience}, self._telling(first))

    def stranger(self, part: Part) -> Request | None:
        """How a token gets in whose subject is somebody else's in one part, whatever it is in the others.

        None where it does not, be it because another claim tells the part.
        """
        barred, patterns = self._telling((part,)), [it.values for it in self._asked("sub")]
        asked = (self.lets({self._key("sub"): it}, barred) for it in strangers(self.parts, part, patterns))
        try:
            return next((request for request in asked if request), None)
        except TooLarge as error:
            raise NotCollected(Blind(f"whose subjects the trust policy lets in: {error}")) from None

    def _key(self, claim: str) -> str:
        return f"{'saml' if self.is_saml else self.issuer.lower()}:{claim}"

    def lets(self, claims: Mapping[str, Given], barred: Barred | None = None) -> Request | None:
        """How a token with some claims gets in that has none of the barred values; None where it does not."""
        outcome = self.trust.lets(self.provider, {**_foreign(self.trust, self.provider), **claims}, barred)
        if outcome.answer == "unknown":
            raise NotCollected(Blind("the conditions of the trust policy are too intricate to decide on"))
        return outcome.witness

    def _asked(self, claim: str) -> Iterator[Condition]:
        """The conditions that name what a claim must be: in an Allow as it is, in a Deny as it must not differ.

        A Deny with further conditions takes back only some of what it names.
        """
        key = self._key(claim)
        for statement in self.trust.policy.statements:
            for it in statement.conditions if statement.allow or len(statement.conditions) == 1 else ():
                if it.key == key and it.operator != "null" and OPERATORS[it.operator].negated is not statement.allow:
                    yield it

    def _telling(self, parts: Iterable[Part]) -> Barred:
        """Values of claims that surely are not somebody else's: the policy asks for them, and they tell a part."""
        names = {
            pattern: (self._key(claim), glob(pattern))
            for part in parts
            for claim in part.claims
            for it in self._asked(claim)
            for pattern in it.values
            if _is_fixed(pattern, part)
        }
        return lambda key, value: any(key == claim and matches(value) for claim, matches in names.values())


def _is_fixed(pattern: str, part: Part) -> bool:
    """Whether a pattern of a claim tells a part: one whose names are registered comes first, before a slash."""
    told = pattern.partition("/")[0] if part.registrable else pattern
    return bool(told) and not any(mark in told for mark in "*?")


def federations(trust: Trust) -> Iterator[Federation]:
    """Every trust in an identity provider that the policy names and by which somebody gets in.

    Raises NotCollected.
    """
    allowing = [statement for statement in trust.policy.statements if statement.allow]
    for statement in allowing:
        providers = list(_providers(statement))
        alone = _alone(trust, statement.index) if providers and len(allowing) > 1 else trust
        for provider in providers:
            found = Federation(provider, alone, statement.index)
            if found.lets({}):
                yield found


def _alone(trust: Trust, index: int) -> Trust:
    """The role with one of the statements that allow, and all that deny."""
    return trust.keeping(lambda statement: statement.index == index)


def _providers(statement: Statement) -> Iterator[Principal]:
    entries = statement.principals.entries if statement.principals else ()
    for name in dict.fromkeys(value for kind, value in entries if kind == "Federated"):
        try:
            yield Principal.parse(name)
        except PrincipalError:
            continue


def _is_saml(provider: Principal) -> bool:
    return ":saml-provider/" in provider.text


def _foreign(trust: Trust, provider: Principal) -> dict[str, None]:
    """Claims of other providers, which tokens of this one do not have."""
    own = "saml" if _is_saml(provider) else Federation(provider, trust, 0).issuer.lower()
    keys = (it.key for statement in trust.policy.statements for it in statement.conditions)
    return {key: None for key in keys if key.rpartition(":")[0] not in (own, *_OF_AWS) and not key.startswith("aws:")}
