"""The password policy that binds the account's IAM users."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from auditor.evaluate.subjects.base import Field, Source, Subject
from auditor.findings.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.evaluate.subjects.account import Account
    from auditor.snapshot.iam import PasswordPolicy as CustomPolicy

POINTER = "/iam/password_policy"

AWS_DEFAULT: dict[str, Any] = {
    "minimum_password_length": 8,
    "require_symbols": False,
    "require_numbers": False,
    "require_uppercase_characters": False,
    "require_lowercase_characters": False,
    "allow_users_to_change_password": False,
    "max_password_age": None,
    "password_reuse_prevention": None,
}
"""What holds in an account without a policy of its own, under the names of the snapshot's model.

It asks for three of the four classes of characters, and so for none of them in particular.
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
"""


class PasswordPolicy(Subject):
    """The password policy in force: the account's own or, where it has none, AWS's default."""

    type = "AWS::IAM::AccountPasswordPolicy"
    noun = "password policy"
    sections = ("iam.password_policy",)

    minimum_length: Field[int] = Field("policy", "minimum_password_length")
    requires_symbols: Field[bool] = Field("policy", "require_symbols")
    requires_numbers: Field[bool] = Field("policy", "require_numbers")
    requires_uppercase: Field[bool] = Field("policy", "require_uppercase_characters")
    requires_lowercase: Field[bool] = Field("policy", "require_lowercase_characters")
    lets_users_change: Field[bool] = Field("policy", "allow_users_to_change_password")
    max_age_days: Field[int | None] = Field("policy", "max_password_age")
    remembered: Field[int | None] = Field("policy", "password_reuse_prevention")

    @classmethod
    def all(cls, account: Account) -> Iterator[PasswordPolicy]:
        """The one policy in force. Raises NotCollected where the account's own was not seen."""
        account.read("iam.password_policy")
        yield cls(account, account.arn, "password policy")

    @cached_property
    def custom(self) -> CustomPolicy | None:
        """The account's own policy; None where it has none. Raises NotCollected."""
        value: CustomPolicy | None = self.account.read("iam.password_policy")
        return value

    @property
    def title(self) -> str:
        """How sentences name the policy: whether it is the account's own or AWS's default."""
        return "AWS's default password policy" if self.custom is None else "the password policy"

    def source(self, name: str) -> Source:
        """`policy`. Raises NotCollected."""
        return Source(POINTER, AWS_DEFAULT if self.custom is None else self.custom)

    def place(self, at: str | Place) -> Place:
        """The place of a field by its name. AWS's default is not in the snapshot: its place is the missing policy."""
        return super().place(at) if self.custom is not None else Place(POINTER)
