"""`auditor permissions`: what each kind of account needs, and the role in the forms that make one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from auditor.cli.permission_forms import FORMS, Permissions
from auditor.collect.registry import action
from auditor.evaluate.registry import load_rules
from auditor.snapshot.opt_in import OPT_IN
from tests.fake_aws import FakeAWS, accounts
from tests.looks import in_few_regions, look_at

BOTH = Permissions(("iam:ListRoles", "sts:GetCallerIdentity"), ("organizations:ListAccounts", "sso:ListPermissionSets"))
MEMBER = Permissions(BOTH.everywhere, ())


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, each read as {"!Name": value}."""


def _function(loader: Loader, name: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {f"!{name}": loader.construct_scalar(node)}
    return {f"!{name}": loader.construct_sequence(node, deep=True)}


Loader.add_multi_constructor("!", _function)


def template(asked: Permissions) -> dict[str, Any]:
    return yaml.load(FORMS["cloudformation"](asked), Loader)


def listed(cli, *words):
    run = cli("permissions", "--format", "list", *words)
    assert run.code == 0
    return run.out.splitlines()


def test_what_only_the_management_account_can_ask_stands_apart(cli):
    everything = json.loads(cli("permissions").out)["Statement"]
    assert [statement["Sid"] for statement in everything] == ["AuditorReads", "AuditorReadsOrganization"]
    assert "organizations:ListAccounts" in everything[1]["Action"]
    assert not set(everything[0]["Action"]) & set(everything[1]["Action"])
    (member,) = json.loads(cli("permissions", "--account", "member").out)["Statement"]
    assert member == everything[0]
    assert listed(cli, "--account", "member") == member["Action"]
    assert listed(cli) == sorted((*everything[0]["Action"], *everything[1]["Action"]))


def test_rules_that_do_not_ask_about_the_organization_need_nothing_of_it(cli):
    (statement,) = json.loads(cli("permissions", "--select", "root-mfa-missing").out)["Statement"]
    assert statement["Sid"] == "AuditorReads"
    assert (
        "AsksOrganization" not in cli("permissions", "--select", "root-mfa-missing", "--format", "cloudformation").out
    )


def test_a_member_calls_nothing_that_it_is_not_given(cli):
    given = set(listed(cli, "--account", "member", "--with", ",".join(OPT_IN.values())))
    with FakeAWS(in_few_regions(accounts.well_kept())) as fake:
        look_at(fake, sections=[section for rule in load_rules(plugins=False).values() for section in rule.sections])
        called = {action(f"{call.service}:{call.operation}") for call in fake.calls} - {""}
    assert called <= given


def test_cloudformation_makes_a_role_that_takes_the_external_id():
    made = template(BOTH)
    role = made["Resources"]["Role"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"!Ref": "TrustedPrincipal"}}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": {"!Ref": "ExternalId"}}}
    (inline,) = role["Policies"]
    (statement,) = inline["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
    assert tuple(statement["Action"]) == BOTH.everywhere
    assert made["Parameters"]["ExternalId"]["NoEcho"] is True
    assert re.fullmatch(made["Parameters"]["TrustedPrincipal"]["AllowedPattern"], "arn:aws:iam::111122223333:role/hub")


def test_cloudformation_asks_about_the_organization_only_where_that_is_wanted():
    policy = template(BOTH)["Resources"]["OrganizationPolicy"]
    assert policy["Condition"] == "AsksOrganization"
    assert policy["Properties"]["RoleName"] == {"!Ref": "Role"}
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert tuple(statement["Action"]) == BOTH.organization
    assert template(BOTH)["Parameters"]["AsksOrganization"]["Default"] == "no"
    assert list(template(MEMBER)["Resources"]) == ["Role"]
    assert "Conditions" not in template(MEMBER)


@pytest.mark.parametrize("asked", [BOTH, MEMBER], ids=["both", "member"])
def test_every_name_that_cloudformation_refers_to_is_there(asked):
    text, made = FORMS["cloudformation"](asked), template(asked)
    known = made["Parameters"].keys() | made["Resources"].keys()
    assert set(re.findall(r"!Ref (\w+)|!GetAtt (\w+)", text)) <= {(name, "") for name in known} | {("", "Role")}


@pytest.mark.parametrize("asked", [BOTH, MEMBER], ids=["both", "member"])
def test_terraform_is_whole(asked):
    text = FORMS["terraform"](asked)
    assert text.count("{") == text.count("}")
    assert text.count("[") == text.count("]")
    declared = set(re.findall(r'^variable "(\w+)"', text, re.MULTILINE))
    assert set(re.findall(r"var\.(\w+)", text)) == declared
    data = set(re.findall(r'^data "aws_iam_policy_document" "(\w+)"', text, re.MULTILINE))
    assert set(re.findall(r"data\.aws_iam_policy_document\.(\w+)", text)) == data
    assert ("asks_organization" in declared) == bool(asked.organization)


def test_terraform_makes_a_role_that_takes_the_external_id():
    text = FORMS["terraform"](BOTH)
    assert 'variable = "sts:ExternalId"\n      values   = [var.external_id]' in text
    assert "assume_role_policy   = data.aws_iam_policy_document.auditor_trust.json" in text
    for name in (*BOTH.everywhere, *BOTH.organization):
        assert f'"{name}",\n' in text


def test_the_role_holds_what_all_rules_need(cli):
    """All inline policies of a role may have 10,240 characters together, spaces apart."""
    run = cli("permissions", "--with", ",".join(OPT_IN.values()))
    assert len(re.sub(r"\s", "", run.out)) < 10_240
