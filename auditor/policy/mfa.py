"""Statements that refuse everything to a user who has not presented MFA.

What a request carries decides. One that is signed with a user's access key has no `aws:MultiFactorAuthPresent` at
all; one from a session that was opened without MFA has it as false; neither has `aws:MultiFactorAuthAge`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.policy.documents import Statement

_PRESENT = "aws:multifactorauthpresent"
_AGE = "aws:multifactorauthage"
_FORWARDED = "aws:viaawsservice"

_HOLDS_WITHOUT_MFA: dict[tuple[str, str], str | None] = {
    ("boolifexists", _PRESENT): "false",
    ("null", _AGE): "true",
    ("numericgreaterthanifexists", _AGE): None,
    ("numericgreaterthanequalsifexists", _AGE): None,
    ("bool", _FORWARDED): "false",
    ("boolifexists", _FORWARDED): "false",
}
"""Tests that hold for every request without MFA that a user sends: operator and key -> the value, None for any.

Plain Bool on aws:MultiFactorAuthPresent is not among them: it never holds for an access key.
"""

_HOLDS_FOR_KEYS = ("null", _PRESENT)
"""With the value true, this holds for an access key, but not for a session opened with it and without MFA."""

_GET_SESSION_TOKEN = "sts:getsessiontoken"

_SELF_SERVICE = (
    "iam:changepassword",
    "iam:createvirtualmfadevice",
    "iam:deletevirtualmfadevice",
    "iam:enablemfadevice",
    "iam:get*",
    "iam:list*",
    "iam:resyncmfadevice",
    "sts:getcalleridentity",
    _GET_SESSION_TOKEN,
)
"""What may be left out of the refusal: reading IAM, the first password, a user's way to its first device.

Taking a device away is not in the list, and neither is sts:AssumeRole: a stolen key could do both.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
"""


def refuses_without_mfa(statement: Statement) -> bool:
    """Whether a statement of an identity policy denies all that a user asks for without having presented MFA.

    A statement with further conditions does not: it lets something through. One without conditions does.
    """
    if statement.effect != "Deny" or "*" not in (statement.resources or ()):
        return False
    tests = {
        (operator, key): values for operator, block in statement.condition.items() for key, values in block.items()
    }
    if not all(_holds(test, values) for test, values in tests.items()):
        return False
    return _covers(statement, sessions_get_through=_HOLDS_FOR_KEYS in tests)


def _holds(test: tuple[str, str], values: tuple[str, ...]) -> bool:
    wanted = "true" if test == _HOLDS_FOR_KEYS else _HOLDS_WITHOUT_MFA.get(test)
    if wanted is None:
        return test in _HOLDS_WITHOUT_MFA
    return any(value.casefold() == wanted for value in values)


def _covers(statement: Statement, *, sessions_get_through: bool) -> bool:
    """Whether every action is denied but those of self-service; opening a session only if the test catches it."""
    if statement.not_actions is None:
        return bool({"*", "*:*"}.intersection(statement.actions or ()))
    sparing = [known for known in _SELF_SERVICE if known != _GET_SESSION_TOKEN or not sessions_get_through]
    # Only a pattern that is no wider than one of ours matches it as text: its wildcards fall under our `*`.
    return all(any(fnmatchcase(action.casefold(), known) for known in sparing) for action in statement.not_actions)
