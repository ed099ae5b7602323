"""A report to render: the account in fixtures/accounts/small.json, judged by rules that belong to these tests.

The rules are told apart from the built-in ones, so that goldens change only when a format does.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from auditor.api import AccessKey, NotApplicable, Options, PasswordPolicy, Role, Root, User, rule
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.snapshot.files import loads

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "fixtures" / "accounts" / "small.json"
SOURCE = "fixtures/accounts/small.json"
DOCS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"


@rule(
    "root-mfa-missing",
    severity="critical",
    over=Root,
    needs=("iam.account_summary", "iam.credential_report"),
    claims=("S10",),
    tags=("mfa",),
    title="Root user has no MFA device",
    fix="Register at least two MFA devices for root, `FIDO` keys first.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html",
    cli="aws iam get-account-summary --query SummaryMap.AccountMFAEnabled",
)
def root_mfa(root):
    """Whoever learns the root password owns the account. No policy limits what root may do.

    The user of <root_account> in the report is root.
    """
    if not root.mfa:
        yield root.finding("root user can sign in without MFA", at="mfa")


class KeyAge(Options):
    max_age_days: int = 90


@rule(
    "sample-key-old",
    severity="medium",
    over=AccessKey,
    options=KeyAge,
    claims=("S21", "S22"),
    title="Active access key is past its rotation age",
    fix="Make a second key, move its users over, then delete this one.",
    docs=DOCS,
    confidence="medium",
    terraform='resource "aws_iam_access_key" "next" {\n  user = "alice"\n}\n',
)
def key_old(key, limit):
    """A long-lived key is a password that nobody changes."""
    if key.active and key.age_days > limit.max_age_days:
        told = f"access key {key.slot} of {key.user.name} is {key.age_days} days old"
        yield key.finding(told, at=("last_rotated", "active"), discriminator=str(key.slot))


@rule(
    "sample-user-ungrouped",
    severity="info",
    over=User,
    title="User is in no group",
    fix="Put the user into a group.",
    docs=DOCS,
)
def user_ungrouped(user):
    """Permissions through groups are easier to read."""
    if not user.groups:
        yield user.finding(f"user {user.name} is in no group.", at="groups")


@rule(
    "sample-role-unknown",
    severity="high",
    over=Role,
    title="Role that nobody could look at",
    fix="Look at it.",
    docs=DOCS,
)
def role_unknown(role):
    """The sample's roles were denied to the scan."""
    yield role.finding("never found")


@rule(
    "sample-policy-weak",
    severity="low",
    over=PasswordPolicy,
    title="Password policy is weak",
    fix="Ask for 14 characters.",
    docs=DOCS,
)
def policy_weak(policy):
    """Short passwords are guessed."""
    raise NotApplicable("the question makes no sense\nin the sample")


@rule(
    "acme-user-bob",
    severity="low",
    over=User,
    needs=("iam.credential_report",),
    title="User is called bob",
    fix="Ask bob.",
    docs="https://example.com/acme",
)
def user_bob(user):
    """A rule of somebody else's pack, with a bug for one user."""
    if user.name == "bob":
        raise LookupError("bob | `is` \x1b[2Jthe\nproblem")
    if not user.has_password:
        yield from ()


OWN = tuple(made._replace(pack="auditor") for made in (root_mfa, key_old, user_ungrouped, role_unknown, policy_weak))
RULES = (*OWN, user_bob._replace(pack="/home/sam/packs/acme"))


CONTROLS = {
    "root-mfa-missing": (("cis-5.0", "1.4"), ("cis-6.0", "2.4"), ("cis-6.0", "2.5"), ("fsbp", "IAM.9")),
    "sample-key-old": (("cis-6.0", "2.13"),),
}


def judged(*texts: str, source: str = SOURCE, rules=RULES):
    """The report of snapshots, with a version and controls that stay. All but the first have a number to their name."""
    names = [source.replace(".json", f"-{number}.json") if number else source for number in range(len(texts))]
    sources = [Source(loads(text, name), name, text) for text, name in zip(texts, names, strict=True)]
    report = evaluate(sources, rules, Ask(keep_all=True))
    facts = {name: told._replace(controls=CONTROLS.get(name, ())) for name, told in report.rules.items()}
    return report._replace(tool_version="1.2.3", rules=facts)


@cache
def small():
    """The report of the small account."""
    return judged(small_text())


def small_text() -> str:
    return SMALL.read_text(encoding="utf-8")
