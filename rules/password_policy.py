"""The password policy: what IAM demands of the passwords of IAM users. It binds neither root nor Identity Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.api import CREDENTIALS, NotApplicable, NotCollected, Options, PasswordPolicy, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

NEEDS = ("iam.users", *CREDENTIALS)
TAGS = ("password-policy", "credentials")
DOCS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"
CLI = (
    "aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24"
    " --require-uppercase-characters --require-lowercase-characters --require-numbers --require-symbols"
    " --allow-users-to-change-password  # what is left out falls back to IAM's weak defaults"
)
TERRAFORM = """\
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 14
  password_reuse_prevention      = 24
  require_uppercase_characters   = true
  require_lowercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
}
"""


def demand(policy: PasswordPolicy, met: bool, complaint: str, at: str) -> Iterator[Finding]:
    """A finding where a demand is not met and some IAM user has a password for it to bind."""
    try:
        if not policy.account.has_console_users:
            raise NotApplicable("no IAM user can sign in with a password")
    except NotCollected:
        if not met:
            raise
    if not met:
        yield policy.finding(f"{policy.title} {complaint}", at=at)


@rule(
    "password-policy-missing",
    severity="medium",
    over=PasswordPolicy,
    needs=NEEDS,
    claims=("S53",),
    tags=TAGS,
    title="Account has no password policy of its own",
    fix="Set a password policy for the account, or take the console passwords away from IAM users.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_missing(policy: PasswordPolicy) -> Iterator[Finding]:
    """AWS's default asks for 8 characters of three classes, remembers no old password, and moves when AWS moves it.

    Where no IAM user has a console password, there is nothing for a policy to bind.
    """
    yield from demand(policy, policy.custom is not None, "is all that binds this account's users", "minimum_length")


class Length(Options):
    """The least length that is long enough, in characters."""

    min_length: int = 14


@rule(
    "password-policy-min-length",
    severity="medium",
    over=PasswordPolicy,
    needs=NEEDS,
    options=Length,
    tags=TAGS,
    title="Passwords may be short",
    fix="Raise the minimum password length to 14 characters or more.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_min_length(policy: PasswordPolicy, limit: Length) -> Iterator[Finding]:
    """Length is what makes guessing expensive; a rule about characters adds little to it.

    Without a policy of its own the account has AWS's default, which is content with 8. A new length binds each user
    from the next change of password on.
    """
    length = policy.minimum_length
    complaint = f"allows {length} characters, fewer than {limit.min_length}"
    yield from demand(policy, length >= limit.min_length, complaint, "minimum_length")


class Reuse(Options):
    """The least number of remembered passwords; 24 is the most that IAM can remember."""

    min_remembered: int = 24


@rule(
    "password-policy-reuse",
    severity="medium",
    over=PasswordPolicy,
    needs=NEEDS,
    options=Reuse,
    tags=TAGS,
    title="Old passwords may be used again",
    fix="Let the policy remember the last 24 passwords.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_reuse(policy: PasswordPolicy, limit: Reuse) -> Iterator[Finding]:
    """A changed password protects only if the old one, which may have leaked, cannot come back.

    Neither AWS's default nor a policy that sets no number remembers any.
    """
    remembered = policy.remembered or 0
    complaint = f"remembers {remembered} previous passwords, fewer than {limit.min_remembered}"
    yield from demand(policy, remembered >= limit.min_remembered, complaint, "remembered")


@rule(
    "password-policy-uppercase",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    tags=TAGS,
    title="Passwords need no uppercase letter",
    fix="Require an uppercase letter in the password policy.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_uppercase(policy: PasswordPolicy) -> Iterator[Finding]:
    """One more class of characters keeps the plainest dictionary words out.

    AWS's default asks for any three of the four classes, and so for no uppercase letter in particular.
    """
    yield from demand(policy, policy.requires_uppercase, "asks for no uppercase letter", "requires_uppercase")


@rule(
    "password-policy-lowercase",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    tags=TAGS,
    title="Passwords need no lowercase letter",
    fix="Require a lowercase letter in the password policy.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_lowercase(policy: PasswordPolicy) -> Iterator[Finding]:
    """One more class of characters keeps passwords of capitals and digits alone out.

    AWS's default asks for any three of the four classes, and so for no lowercase letter in particular.
    """
    yield from demand(policy, policy.requires_lowercase, "asks for no lowercase letter", "requires_lowercase")


@rule(
    "password-policy-number",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    tags=TAGS,
    title="Passwords need no digit",
    fix="Require a number in the password policy.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_number(policy: PasswordPolicy) -> Iterator[Finding]:
    """One more class of characters keeps passwords of letters alone out.

    AWS's default asks for any three of the four classes, and so for no digit in particular.
    """
    yield from demand(policy, policy.requires_numbers, "asks for no digit", "requires_numbers")


@rule(
    "password-policy-symbol",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    tags=TAGS,
    title="Passwords need no symbol",
    fix="Require a symbol in the password policy.",
    docs=DOCS,
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_symbol(policy: PasswordPolicy) -> Iterator[Finding]:
    """One more class of characters keeps passwords of letters and digits alone out.

    AWS's default asks for any three of the four classes, and so for no symbol in particular.
    """
    yield from demand(policy, policy.requires_symbols, "asks for no symbol", "requires_symbols")


class Expiry(Options):
    """The longest that a password may serve, in days."""

    max_age_days: int = 90


@rule(
    "password-policy-expiry",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    options=Expiry,
    tags=TAGS,
    enabled=False,
    title="Passwords serve for too long",
    fix="Let passwords expire after 90 days, and let users change their own.",
    docs=DOCS,
    cli="aws iam update-account-password-policy --max-password-age 90 ...  # repeat every other setting",
)
def password_policy_expiry(policy: PasswordPolicy, limit: Expiry) -> Iterator[Finding]:
    """Some standards still ask for passwords that expire; newer guidance says that expiry breeds weak ones.

    The rule is therefore off unless it is selected by name. Passwords never expire under AWS's default, nor under a
    policy that sets no age.
    """
    age = policy.max_age_days or 0
    complaint = f"lets passwords serve {age} days" if age else "lets passwords serve for ever"
    yield from demand(policy, 0 < age <= limit.max_age_days, complaint, "max_age_days")


@rule(
    "password-policy-no-self-change",
    severity="low",
    over=PasswordPolicy,
    needs=NEEDS,
    tags=TAGS,
    title="Users may not change their own password",
    fix="Let users change their own password in the password policy.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html",
    cli=CLI,
    terraform=TERRAFORM,
)
def password_policy_no_self_change(policy: PasswordPolicy) -> Iterator[Finding]:
    """Who suspects that a password leaked should be able to change it at once, without asking an administrator.

    AWS's default leaves that to each user's own permissions, and so does a policy without this setting: a user whose
    policies allow iam:ChangePassword is not told apart here.
    """
    yield from demand(
        policy, policy.lets_users_change, "does not let users change their own password", "lets_users_change"
    )
