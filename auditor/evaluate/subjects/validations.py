"""The account's own policies, by what Access Analyzer's validation says of them, where it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from auditor.errors import NotCollected
from auditor.evaluate.subjects.base import Source
from auditor.evaluate.subjects.group_denials import Written
from auditor.evaluate.subjects.principals import Grant
from auditor.evaluate.subjects.written_policies import WrittenPolicy
from auditor.findings.model import Blind, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.access_analyzer import ValidationFinding

VALIDATIONS = "access_analyzer.policy_validations"
_TRUST_POLICY = "trust policy"
"""What stands for a name, and can be none of an inline policy."""


class Remark(NamedTuple):
    """A finding of validation, and the pointer to it."""

    finding: ValidationFinding
    pointer: str

    @property
    def where(self) -> str:
        """How sentences tell the place in the document; empty where validation names none."""
        if not self.finding.locations:
            return ""
        start = self.finding.locations[0].span.start
        return f"line {start.line}, column {start.column + 1} of the document"

    @property
    def places(self) -> tuple[Place, ...]:
        """Where code, location and explanation stand."""
        found = self.finding
        starts = tuple(
            Place(f"{self.pointer}/locations/{index}/span/start", location.span.start)
            for index, location in enumerate(found.locations[:1])
        )
        code = Place(f"{self.pointer}/issueCode", found.issue_code)
        return (code, *starts, Place(f"{self.pointer}/learnMoreLink", found.learn_more_link))


class ValidatedPolicy(WrittenPolicy):
    """A policy that the account wrote, trust policies of roles among them."""

    @classmethod
    def all(cls, account: Account) -> Iterator[Self]:
        """Every policy that was seen. Raises NotCollected, at the end, for what was not."""
        for role in account.roles:
            if not role.is_service_linked and not role.is_identity_center:
                place = role.place("trust_policy")
                grant = Grant(_TRUST_POLICY, "", place._replace(value=_TRUST_POLICY), role.trust_policy)
                yield cls(account, Written(f"trust policy of role {role.name}", f"{role.arn}/{_TRUST_POLICY}", grant))
        yield from super().all(account)

    def remarks(self, *types: str) -> tuple[Remark, ...]:
        """What validation says, of the given types of findings. Raises NotCollected."""
        source = self.account.entry(VALIDATIONS, self.arn) or Source("", ())
        wanted = None if self.name == _TRUST_POLICY else self.name
        for index, validation in enumerate(source.model):
            if validation.policy_name == wanted:
                base = f"{source.pointer}/{index}/Findings"
                listed = enumerate(validation.findings)
                return tuple(Remark(it, f"{base}/{at}") for at, it in listed if it.finding_type in types)
        raise NotCollected(Blind(f"{self.label} was not validated"))
