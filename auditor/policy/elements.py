"""The elements of a policy document, as values.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from auditor.policy.source import Path

PRINCIPAL_TYPES: Final = ("AWS", "CanonicalUser", "Federated", "Service")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""

OPERATORS: Final = frozenset(
    {
        *("stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase"),
        *("stringlike", "stringnotlike"),
        *("numericequals", "numericnotequals", "numericlessthan", "numericlessthanequals"),
        *("numericgreaterthan", "numericgreaterthanequals"),
        *("dateequals", "datenotequals", "datelessthan", "datelessthanequals"),
        *("dategreaterthan", "dategreaterthanequals"),
        *("bool", "binaryequals", "ipaddress", "notipaddress"),
        *("arnequals", "arnnotequals", "arnlike", "arnnotlike", "null"),
    }
)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""


class Kind(StrEnum):
    """What a policy is attached to, or how it comes into a request."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    SCP = "scp"
    RCP = "rcp"
    SESSION = "session"
    BOUNDARY = "boundary"
    VPC_ENDPOINT = "vpc-endpoint"


class Problem(NamedTuple):
    """What is malformed, where, and the code that Access Analyzer has for it, such as `INVALID_EFFECT`."""

    path: Path
    message: str
    code: str


class Principals(NamedTuple):
    """A Principal or NotPrincipal element. `"*"` and `{"AWS": "*"}` are `anyone` and leave no entry."""

    anyone: bool
    entries: tuple[tuple[str, str], ...]
    """(type, value), the type one of PRINCIPAL_TYPES."""


class Condition(NamedTuple):
    """One operator with one key. All conditions of a statement must hold."""

    operator: str
    """One of OPERATORS."""
    quantifier: str
    """`forallvalues`, `foranyvalue` or nothing."""
    if_exists: bool
    key: str
    """In lower case."""
    values: tuple[str, ...]
    """As text: booleans are `true` and `false`, numbers as they are written."""
    path: Path
    """The path to the values."""
    written: tuple[str, str]
    """Operator and key as they are written."""


class Statement(NamedTuple):
    """One statement that could be understood. An element that is absent is None; one item alone is a tuple of one."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks of a statement
    """Its position in the document, counted from 0, malformed statements included."""
    sid: str
    allow: bool
    principals: Principals | None
    not_principals: Principals | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    path: Path


def placeless(statement: Statement) -> Statement:
    """The statement without its name and place, so that it equals others that state the same."""
    conditions = tuple(it._replace(path=(), written=("", "")) for it in statement.conditions)
    return statement._replace(index=0, sid="", path=(), conditions=conditions)
