"""Values of aws:userid, which tell users, sessions of roles and others apart by their form.

A user has its unique id; the session of a role, however it was opened, the role's id, a colon and the session's name;
the session of a federated user the account's id and a name alike; a root user the account's id.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

from __future__ import annotations

import re
from string import digits
from typing import TYPE_CHECKING, Final

from auditor.policy.atoms import Glob
from auditor.policy.patterns import QUESTION, STAR
from auditor.policy.principals import PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

USER_ID: Final = "aws:userid"

_FORMS: Final = {
    PrincipalKind.USER: re.compile(r"AIDA[^:]+"),
    PrincipalKind.ROLE: re.compile(r"AROA[^:]+:[^:]+"),
    PrincipalKind.FEDERATED: re.compile(r"[0-9]{12}:[^:]+"),
    PrincipalKind.ROOT: re.compile(r"[0-9]{12}"),
    PrincipalKind.ANONYMOUS: re.compile(r"anonymous"),
}
"""Services, and whoever comes with a token or an assertion, have none."""

_TOLD_APART: Final = (
    *(Glob(("AIDA", QUESTION, STAR)), Glob(("AROA", QUESTION, STAR, ":", QUESTION, STAR))),
    *(Glob((STAR, ":", STAR)), Glob((STAR, ":", STAR, ":", STAR)), Glob(("anonymous",))),
)


def has_user_id(kind: PrincipalKind) -> bool:
    """Whether every request of such a caller has the key; no request of others has it."""
    return kind in _FORMS


def is_user_id(kind: PrincipalKind, value: str, unique_id: str = "") -> bool:
    """Whether such a caller can have the value; `unique_id` is the role's, where that is known."""
    if kind is PrincipalKind.ROLE and unique_id:
        head, _, name = value.partition(":")
        return head == unique_id and bool(name) and ":" not in name
    form = _FORMS.get(kind)
    return form is not None and form.fullmatch(value) is not None


def kind_of(value: str) -> PrincipalKind | None:
    """Whose the value is by its form; None where nobody has it."""
    return next((kind for kind in _FORMS if is_user_id(kind, value)), None)


def told_apart(unique_id: str = "") -> tuple[Glob, ...]:
    """Patterns that tell the forms apart, but for ids of accounts, and the sessions of one role."""
    return (*_TOLD_APART, *((Glob((f"{unique_id}:", QUESTION, STAR)),) if unique_id else ()))


def of_accounts(patterns: Iterable[str]) -> Iterator[str]:
    """Values of root users and federated users that patterns leave open: no pattern tells digits from letters."""
    for pattern in patterns:
        head, colon, name = pattern.partition(":")
        first, star, last = head.partition("*")
        for digit in digits:
            account = f"{first}{digit * (12 - len(first) - len(last)) if star else ''}{last}".replace("?", digit)
            if _FORMS[PrincipalKind.ROOT].fullmatch(account):
                yield f"{account}{colon}{name.replace('*', 'example').replace('?', 'x')}"
