"""Settings of the account as a whole: alias, regions, session tokens, spending, support."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from auditor.api import (
    CREDENTIALS,
    VIEW,
    Account,
    Blind,
    NotApplicable,
    NotCollected,
    Options,
    Place,
    Region,
    TrustedAdvisorCheck,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.api import Finding

_WORKLOADS = "workloads.regions"
_TRUSTED_ADVISOR = "https://docs.aws.amazon.com/awssupport/latest/user/trusted-advisor.html"


@rule(
    "account-alias-missing",
    severity="info",
    over=Account,
    needs=("iam.account_aliases", "iam.users", *CREDENTIALS),
    claims=("S17",),
    tags=("account", "iam"),
    title="Account has no alias",
    fix="Create an alias, which becomes part of the address that IAM users sign in at.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/account-alias-create.html",
    cli="aws iam create-account-alias --account-alias NAME",
)
def account_alias_missing(account: Account) -> Iterator[Finding]:
    """Without an alias, IAM users type an account id of twelve digits, and cannot tell a wrong page by its address.

    Where no IAM user has a password, nobody signs in there.
    """
    if not account.has_console_users:
        raise NotApplicable("no IAM user signs in to the console")
    if not account.read("iam.account_aliases"):
        yield account.finding("the account has no alias", at=Place("/iam/account_aliases", ()))


@rule(
    "account-unused-regions-enabled",
    severity="low",
    confidence="medium",
    over=Region,
    needs=("account_management.regions", _WORKLOADS),
    claims=("S1",),
    tags=("account", "regions"),
    title="A region that was opted in to holds nothing",
    fix="Disable the region, or declare it in regions if it is meant to be used.",
    docs="https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
    cli="aws account disable-region --region-name REGION",
)
def account_unused_regions_enabled(region: Region) -> Iterator[Finding]:
    """A region that nobody uses is one that nobody looks at: what runs there shows on the bill, if at all.

    Only regions that one has to opt in to can be disabled. One of them seems unused where it has no instance, no
    function and no resource that ever had a tag; what was never tagged is not seen. Declared `regions` are meant to be
    used.
    """
    status = region.entry("account_management.regions")
    if status is None or status.model.region_opt_status != "ENABLED":
        raise NotApplicable(f"{region.name} is a region that every account has")
    if region.name in region.account.declared.regions:
        return
    found = region.entry(_WORKLOADS)
    if found is None:
        raise NotCollected(Blind(f"nothing tells what {region.name} holds"))
    if not (found.model.instances or found.model.functions or found.model.resources):
        yield region.finding(
            f"{region.name} was opted in to and seems to hold nothing",
            at=(Place(f"{status.pointer}/RegionOptStatus", status.model.region_opt_status), Place(found.pointer)),
        )


class Expected(Options):
    """`functions`: globs of functions that may be there; those of AWS Control Tower are made by AWS."""

    functions: tuple[str, ...] = ("aws-controltower-*",)


@rule(
    "org-management-workloads",
    severity="medium",
    over=Region,
    needs=(*VIEW, _WORKLOADS),
    options=Expected,
    tags=("organization",),
    title="Management account runs workloads",
    fix="Move what runs there to a member account.",
    docs="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html",
)
def org_management_workloads(region: Region, expected: Expected) -> Iterator[Finding]:
    """What runs in the management account is bound by no control policy, and whoever breaks into it rules all accounts.

    Instances and functions are looked for, in every region. Functions that AWS Control Tower puts there are expected,
    unless `functions` says otherwise.
    """
    organization = region.account.organization
    if organization is None or organization.master_account_id != region.account.id:
        raise NotApplicable("this is not the management account of an organization")
    found = region.entry(_WORKLOADS)
    if found is None:
        raise NotCollected(Blind(f"nothing tells what {region.name} holds"))
    functions = [
        name for name in found.model.functions if not any(fnmatchcase(name, glob) for glob in expected.functions)
    ]
    kinds = {"instance": list(found.model.instances), "function": functions}
    words = [f"{kind}{'s' if names[1:] else ''} {', '.join(names[:5])}" for kind, names in kinds.items() if names]
    if words:
        yield region.finding(
            f"the management account runs {' and '.join(words)} in {region.name}",
            at=Place(found.pointer),
        )


@rule(
    "account-sts-global-token-v1",
    severity="low",
    over=Account,
    needs=("iam.account_summary",),
    tags=("account", "sts"),
    title="Global STS endpoint issues version 1 tokens",
    fix="Set the global endpoint to version 2 tokens, or have every program use the endpoint of its region.",
    docs="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html",
    cli="aws iam set-security-token-service-preferences --global-endpoint-token-version v2Token",
)
def account_sts_global_token_v1(account: Account) -> Iterator[Finding]:
    """Version 1 tokens fail in regions that one opts in to, so that programs there fall back to long-term keys."""
    summary = account.read("iam.account_summary")
    version = summary.get("GlobalEndpointTokenVersion")
    if version is None:
        raise NotCollected(Blind("the account summary does not tell the version of the global endpoint's tokens"))
    if version < 2:
        yield account.finding(
            "the global STS endpoint issues version 1 tokens",
            at=Place("/iam/account_summary/GlobalEndpointTokenVersion", version),
        )


@rule(
    "account-spend-alert-missing",
    severity="low",
    over=Account,
    needs=("organizations.organization", "budgets.budgets", "ce.anomaly_monitors"),
    claims=("S1",),
    tags=("account", "cost"),
    title="Nothing tells of unexpected spending",
    fix="Create a budget that alerts a team, and a monitor of cost anomalies.",
    docs="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    cli="aws budgets create-budget --account-id ID --budget file://budget.json"
    " --notifications-with-subscribers file://alerts.json",
)
def account_spend_alert_missing(account: Account) -> Iterator[Finding]:
    """An intruder's machines show on the bill first, and every service of an account is open from the first day.

    One budget or one monitor is enough. A member account without any may be watched from the account that pays.
    """
    if account.optional("budgets.budgets") or account.optional("ce.anomaly_monitors"):
        return
    account.read("budgets.budgets")
    account.read("ce.anomaly_monitors")
    organization = account.organization
    if organization is not None and organization.master_account_id != account.id:
        raise NotApplicable(f"spending may be watched in management account {organization.master_account_id}")
    yield account.finding(
        "the account has neither a budget nor a monitor of cost anomalies",
        at=(Place("/budgets/budgets", ()), Place("/ce/anomaly_monitors", ())),
    )


@rule(
    "account-support-plan-basic",
    severity="info",
    over=Account,
    needs=("support.plan",),
    tags=("account", "support"),
    title="Support plan has no technical support",
    fix="Take a plan with technical support for accounts that matter.",
    docs="https://docs.aws.amazon.com/awssupport/latest/user/aws-support-plans.html",
)
def account_support_plan_basic(account: Account) -> Iterator[Finding]:
    """Without such a plan nobody at AWS helps by phone in an incident, and Trusted Advisor shows few checks.

    AWS tells it by closing the Support API to lesser plans.
    """
    plan = account.read("support.plan")
    if not plan.has_api:
        yield account.finding("the support plan has no technical support", at=Place("/support/plan/HasApi", False))


class Categories(Options):
    """`categories`: those of Trusted Advisor's categories that matter; the others are about cost and speed."""

    categories: tuple[str, ...] = ("fault_tolerance", "security", "service_limits")


@rule(
    "account-trusted-advisor-warnings",
    severity="low",
    over=TrustedAdvisorCheck,
    needs=("support.plan",),
    options=Categories,
    tags=("account", "support"),
    title="Trusted Advisor shows a warning or an error",
    fix="Open the check in Trusted Advisor, and mend or exclude what it lists.",
    docs=_TRUSTED_ADVISOR,
    cli="aws support describe-trusted-advisor-check-result --check-id ID --language en",
)
def account_trusted_advisor_warnings(check: TrustedAdvisorCheck, wanted: Categories) -> Iterator[Finding]:
    """AWS looks at the account by itself and says what it would change; a warning that nobody reads helps nobody.

    Checks about security, fault tolerance and limits are asked about, unless `categories` says otherwise.
    """
    if check.category not in wanted.categories:
        raise NotApplicable(f"checks of category {check.category} are not asked about")
    if check.status in ("warning", "error"):
        count = f", {check.resources_flagged} resources flagged" if check.resources_flagged else ""
        yield check.finding(f"Trusted Advisor: {check.title}: {check.status}{count}", at="status")
