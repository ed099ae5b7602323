"""What single small accounts cannot show of the rules over users, their credentials and administrators."""

import sys

import pytest

from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.evaluate.selection import select
from auditor.testing import ACCOUNT, snapshot_of

RULES = load_rules(plugins=False)
KEY_RULE = "user-long-term-key-exists"


def report_on(iam, *rule_ids, **parts):
    return evaluate([Source(snapshot_of({"iam": iam, **parts}))], [RULES[rule_id] for rule_id in rule_ids]).accounts[0]


def user(name, path="/", **fields):
    arn = f"arn:aws:iam::{ACCOUNT}:user{path}{name}"
    return {"UserName": name, "Arn": arn, "Path": path, "CreateDate": "2024-01-01T00:00:00Z", **fields}


def row(name, **columns):
    return {"user": name, "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "password_enabled": False, **columns}


def keys(*made):
    """Columns of active keys in the slots whose date is given."""
    return {
        f"access_key_{slot}_{column}": value
        for slot, date in enumerate(made, 1)
        if date
        for column, value in (("active", True), ("last_rotated", date))
    }


def account_of(*rows, **sections):
    return {
        "users": {line["user"]: user(line["user"]) for line in rows},
        "credential_report": {"rows": {line["user"]: line for line in rows}},
        "recent_users": {},
        **sections,
    }


def key(key_id, created=None):
    return {"AccessKeyId": key_id, "Status": "Active", **({"CreateDate": created} if created else {})}


OLD, NEW, TODAY = "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    ("slots", "listed", "named"),
    [
        ((OLD, NEW), [key("AKIA2", NEW), key("AKIA1", OLD)], ["AKIA1", "AKIA2"]),
        ((OLD, NEW), [key("AKIA1", NEW), key("AKIA2", OLD)], ["AKIA2", "AKIA1"]),
        ((OLD, NEW), [key("AKIA2"), key("AKIA1")], ["AKIA1", "AKIA2"]),
        ((None, NEW), [key("AKIA1", OLD)], [None, "AKIA1"]),
        ((OLD, NEW), [key("AKIA2", TODAY), key("AKIA1", OLD)], ["AKIA1", None]),
        ((OLD, None), [key("AKIA1", TODAY)], [None, None]),
        ((OLD, None), [key("AKIA1"), key("AKIA2")], [None, None]),
        ((OLD, None), [], [None, None]),
    ],
    ids=[
        "by date of creation",
        "dates go before the order of ids",
        "without dates in the order of ids",
        "key changed since its creation, in the second slot",
        "second key replaced since the report",
        "only key replaced since the report",
        "more keys than the report knows",
        "all keys gone since the report",
    ],
)
def test_a_key_is_named_by_its_id_only_where_that_is_sure(slots, listed, named):
    found = report_on(account_of(row("ann", **keys(*slots)), access_keys={"ann": listed}), KEY_RULE).findings
    told = {finding.resource.name: finding.message for finding in found}
    for slot, (date, key_id) in enumerate(zip(slots, named, strict=True), 1):
        if date:
            name = f"access key {slot} of ann" + (f" ({key_id})" if key_id else "")
            assert told[f"ann/{slot}"].startswith(f"{name} is a long-term")


def test_knowing_key_ids_changes_no_fingerprint():
    rows = row("ann", **keys(OLD, NEW))
    without = report_on(account_of(rows), KEY_RULE).findings
    with_ids = report_on(account_of(rows, access_keys={"ann": [key("AKIA1", OLD)]}), KEY_RULE).findings
    assert "AKIA1" in with_ids[0].message
    assert [finding.fingerprint for finding in with_ids] == [finding.fingerprint for finding in without]
    assert [finding.discriminator for finding in without] == ["key-1", "key-2"]


def test_a_key_whose_id_is_hidden_by_a_gap_is_still_judged():
    gap = {"section": "iam.access_keys", "operation": "iam:ListAccessKeys", "reason": "denied", "resource": "ann"}
    report = report_on(account_of(row("ann", **keys(OLD)), access_keys={}), KEY_RULE, gaps=[gap])
    assert [finding.resource.name for finding in report.findings] == ["ann/1"]
    assert report.complete


def test_each_policy_of_a_user_is_a_finding_of_its_own():
    policies = ["arn:aws:iam::aws:policy/ReadOnlyAccess", f"arn:aws:iam::{ACCOUNT}:policy/Deploy"]
    ann = user("ann", AttachedManagedPolicies=[{"PolicyArn": arn} for arn in policies])
    found = report_on({"users": {"ann": ann}}, "user-direct-policy").findings
    assert {finding.discriminator for finding in found} == set(policies)
    assert {finding.evidence[0].pointer for finding in found} == {
        "/iam/users/ann/AttachedManagedPolicies/0",
        "/iam/users/ann/AttachedManagedPolicies/1",
    }


@pytest.mark.parametrize(
    ("users", "arn"),
    [
        ({"users": {"ann": user("ann", path="/ops/")}}, f"arn:aws:iam::{ACCOUNT}:user/ops/ann"),
        ({}, f"arn:aws:iam::{ACCOUNT}:user/ann"),
    ],
    ids=["users seen", "users not seen"],
)
def test_a_service_credential_is_told_of_its_user(users, arn):
    credential = {
        "ServiceSpecificCredentialId": "ACCA1",
        "UserName": "ann",
        "ServiceName": "bedrock.amazonaws.com",
        "Status": "Active",
    }
    iam = {**users, "service_specific_credentials": {"ACCA1": credential}}
    (finding,) = report_on(iam, "user-service-credential-active").findings
    assert (finding.resource.arn, finding.discriminator) == (arn, "ACCA1")


def test_times_of_the_credential_report_bear_its_date():
    iam = account_of(row("ann", **keys(OLD)))
    iam["credential_report"]["generated_time"] = "2026-11-20T09:00:00Z"
    (finding,) = report_on(iam, "user-key-not-rotated").findings
    assert {f"{place.as_of:%H:%M}" for place in finding.evidence} == {"09:00"}


def test_only_rules_that_cannot_do_without_a_slow_section_wait_for_it():
    chosen = {rule.id for rule in select(RULES, ["user-*"])}
    assert KEY_RULE in chosen
    assert "user-without-credentials" in chosen
    assert "user-ssh-key-active" not in chosen
    assert "user-ssh-key-active" in {rule.id for rule in select(RULES, ["user-*"], opted_in=["ssh-keys"])}


def large(users, *, report=True):
    """An account whose users all hold policies, groups, a password and a key."""
    names = [f"user-{number}" for number in range(users)]
    policy = f"arn:aws:iam::{ACCOUNT}:policy/Some"
    attached = [{"PolicyArn": policy}]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    group = {"GroupName": "all", "Arn": f"arn:aws:iam::{ACCOUNT}:group/all", "CreateDate": "2024-01-01T00:00:00Z"}
    lines = [row(name, **keys(OLD, NEW)) | {"password_enabled": True} for name in names]
    sections = account_of(*lines) if report else {"recent_users": {}}
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    roles = [
        {
            "RoleName": name,
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
            "CreateDate": "2024-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": trust,
        }
        for name in names
    ]
    return {
        **sections,
        "users": {name: user(name, GroupList=["all"], AttachedManagedPolicies=attached) for name in names},
        "groups": {"all": {**group, "AttachedManagedPolicies": attached}},
        "roles": {role["RoleName"]: role for role in roles},
        "policies": {policy: {"Arn": policy, "DefaultVersionId": "v1", "Document": document}},
        "aws_managed_policies": {},
        "service_specific_credentials": {},
        "ssh_public_keys": {name: [] for name in names},
        "access_keys": {name: [key("AKIA1", OLD), key("AKIA2", NEW)] for name in names},
        **({"saml_providers": {}} if report else {}),
    }


def calls(iam, rules):
    """How many calls, of Python and C functions alike, it takes to judge an account."""
    snapshot = snapshot_of({"iam": iam})
    count = 0

    def tally(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(tally)
    try:
        report = evaluate([Source(snapshot)], rules, Ask())
    finally:
        sys.setprofile(before)
    assert not report.errors
    return count


@pytest.mark.parametrize("report", [True, False], ids=["all seen", "credential report unseen"])
def test_cost_grows_with_the_users_and_not_faster(report):
    themes = ("user-", "admin-", "break-glass-")
    rules = [rule for rule in RULES.values() if rule.id.startswith(themes)]
    few, many = (calls(large(users, report=report), rules) for users in (50, 500))
    assert many < 10.2 * few
