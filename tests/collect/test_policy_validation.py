"""Access Analyzer's validation: each distinct text once, and told for every policy that has it."""

from tests.fake_aws import Account, Fault, accounts
from tests.fake_aws.accounts.parts import allow, document, service_role, trust
from tests.fake_aws.entities import Group, InlinePolicy, ManagedPolicy, Role, User, days_ago
from tests.looks import look

SECTION = ("access_analyzer.policy_validations",)
ID = "111122223333"
ARN = f"arn:aws:iam::{ID}"
PASS = document(allow("iam:PassRole"))
READ = document(allow("s3:GetObject", "arn:aws:s3:::reports/*"))


def account(**more):
    state = {
        "users": (User("ada", inline=(InlinePolicy("pass", PASS), InlinePolicy("read", READ))),),
        "groups": (Group("readers", inline=(InlinePolicy("read", READ),)),),
        "roles": (
            Role("deploy", trust({"Service": "ec2.amazonaws.com"})),
            Role("deploy-2", trust({"Service": "ec2.amazonaws.com"})),
            service_role("support", "AWSServiceRoleForSupport", "AWSSupportServiceRolePolicy", created=days_ago(300)),
        ),
        "policies": (ManagedPolicy.of("pass", PASS),),
    }
    return Account(ID, **state | more)


def asked(calls):
    return [call.params for call in calls if call.operation == "ValidatePolicy"]


def test_policies_of_every_kind_are_validated_each_text_once():
    snapshot, calls = look(account(), sections=SECTION)
    assert snapshot.gaps == ()
    found = snapshot.access_analyzer.policy_validations
    assert {arn: [it.policy_name for it in listed] for arn, listed in found.items()} == {
        f"{ARN}:group/readers": ["read"],
        f"{ARN}:policy/pass": ["pass"],
        f"{ARN}:role/deploy": [None],
        f"{ARN}:role/deploy-2": [None],
        f"{ARN}:user/ada": ["pass", "read"],
    }
    assert len(asked(calls)) == 3
    trusts = [params for params in asked(calls) if params["policyType"] == "RESOURCE_POLICY"]
    assert [params["validatePolicyResourceType"] for params in trusts] == ["AWS::IAM::AssumeRolePolicyDocument"]
    assert found[f"{ARN}:policy/pass"][0].findings == found[f"{ARN}:user/ada"][0].findings


def test_a_finding_is_kept_with_code_place_and_link():
    text = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}}'
    snapshot, _ = look(account(policies=(ManagedPolicy.of("pass", text),)), sections=SECTION)
    ((validation,),) = [snapshot.access_analyzer.policy_validations[f"{ARN}:policy/pass"]]
    (finding,) = validation.findings
    assert (finding.finding_type, finding.issue_code) == ("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE")
    assert finding.learn_more_link.endswith("#access-analyzer-reference-policy-checks-pass-role-with-star-in-resource")
    start = finding.locations[0].span.start
    assert text.splitlines()[start.line - 1][start.column :].startswith("iam:PassRole")


def test_all_pages_are_read():
    many = document(*(allow("iam:PassRole") for _ in range(150)))
    snapshot, calls = look(account(policies=(ManagedPolicy.of("pass", many),)), sections=SECTION)
    (validation,) = snapshot.access_analyzer.policy_validations[f"{ARN}:policy/pass"]
    assert len(validation.findings) == 150
    assert [params.get("nextToken") is None for params in asked(calls)].count(False) == 1


def test_a_text_that_was_not_validated_hides_only_those_who_have_it():
    fault = Fault("access-analyzer:ValidatePolicy", "deny", when=lambda params: "PassRole" in params["policyDocument"])
    snapshot, _ = look(account(), sections=SECTION, faults=[fault])
    assert {(gap.resource, gap.reason, gap.permission) for gap in snapshot.gaps} == {
        (f"{ARN}:{owner}", "denied", "access-analyzer:ValidatePolicy") for owner in ("policy/pass", "user/ada")
    }
    assert f"{ARN}:group/readers" in snapshot.access_analyzer.policy_validations


def test_no_call_is_made_unless_asked_for():
    _, calls = look(accounts.neglected())
    assert asked(calls) == []
