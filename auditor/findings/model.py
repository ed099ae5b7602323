"""The values that rules and reports speak in: resources, evidence, findings and blind spots."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Severity(StrEnum):
    """How bad a finding is, lowest first. A rule has one severity: code scanning cannot vary it by finding."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return _RANKS[self.value]


class Confidence(StrEnum):
    """How sure a rule is that its findings are right, lowest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """1 for low up to 3 for high."""
        return _RANKS[self.value]


_RANKS = {name: rank for rank, name in enumerate(("info", "low", "medium", "high", "critical"))}


class Resource(NamedTuple):
    """What a finding is about. `type` is AWS's resource type name, such as AWS::IAM::User."""

    arn: str
    type: str
    name: str
    account: str
    region: str = "global"


class Place(NamedTuple):
    """A spot in the snapshot: its JSON pointer (RFC 6901), the value there, and when AWS computed that value.

    `as_of` is set where the value is older than the snapshot, as everything in a credential report is.
    """

    pointer: str
    value: object = None
    as_of: datetime | None = None


class Stage(NamedTuple):
    """One step of how a problem comes about: what is done, and where the snapshot shows that it can be."""

    text: str
    place: Place


class Spot(NamedTuple):
    """A stretch of a file: lines and columns from 1, in code points; `end_column` is the one after the last character.

    `path` is the file as the user named it, and `line_text` the line that the stretch begins on, shortened where it is
    long.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    line_text: str = ""

    def __str__(self) -> str:
        """The form that editors follow: `policies/deploy.json:14:7`."""
        return f"{self.path}:{self.line}:{self.column}"


class Finding(NamedTuple):
    """One problem of one resource.

    Rules fill the first four fields through `Subject.finding`; the engine adds the others. `discriminator` tells
    apart several findings of one rule on one resource (a key slot, a policy name, a statement id); it is part of the
    fingerprint, so it must not change while the problem stays the same. `spot` is set where the problem stands in a
    file of the user's own, and not in a snapshot.
    """

    resource: Resource
    message: str
    evidence: tuple[Place, ...] = ()
    discriminator: str = ""
    rule: str = ""
    severity: Severity = Severity.INFO
    confidence: Confidence = Confidence.HIGH
    fingerprint: str = ""
    spot: Spot | None = None
    flow: tuple[Stage, ...] = ()
    """The steps in their order, where it takes some."""


class Blind(NamedTuple):
    """Something that could not be seen: why, which call would have shown it, and the permission that it needs."""

    reason: str
    operation: str = ""
    permission: str = ""
    error: str = ""


class NotEvaluated(NamedTuple):
    """A question that stayed open: rule, resource and the blind spot that kept it open."""

    rule: str
    resource: Resource
    blind: Blind


class Judgement(NamedTuple):
    """A question that was answered without a finding; `reason` is set where it did not apply."""

    rule: str
    resource: Resource
    reason: str = ""


class RuleFailure(NamedTuple):
    """A rule that raised: a bug in the rule, reported as an error and never as a pass."""

    rule: str
    resource: Resource
    exception: str
