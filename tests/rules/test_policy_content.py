"""What the rules about policies find is proved by requests that the documents allow."""

from pathlib import Path

import pytest

from auditor.access.holdings import consenting
from auditor.evaluate.engine import Ask, Source
from auditor.evaluate.engine import evaluate as judge
from auditor.evaluate.registry import load_rules
from auditor.evaluate.subjects import Account, AttachedAWSPolicy, OwnPolicy
from auditor.policy import Answer, Policies, evaluate
from auditor.policy.actions import names
from auditor.testing import ACCOUNT, read_example

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
EXAMPLES = sorted(FIXTURES.glob("policy-*/bad-*.json"))
RULES = load_rules(plugins=False)
PROVED = (
    *("policy-full-admin-attached", "policy-full-admin-unattached", "policy-full-admin-inline", "policy-passrole-star"),
    *("policy-assume-role-star", "policy-resource-exposure", "policy-credentials-exposure", "policy-data-exfiltration"),
    *("policy-service-wildcard", "policy-kms-decrypt-all-keys", "policy-kms-decrypt-all-keys-inline"),
    *("policy-kms-full-access", "policy-cloudtrail-full-access", "policy-marketplace-subscribe-star"),
    *("policy-write-resource-star", "policy-infrastructure-modification", "policy-sensitive-action-no-condition"),
)


def requests(policy):
    """Every request that some rule would give as a proof."""
    for service, found in policy.full_services():
        assert found.action.startswith(f"{service}:")
        yield found.request
    found = (
        *filter(None, [policy.everything]),
        *policy.some_of_level("Write", "Tagging"),
        *policy.some_of_level("Permissions management"),
        *policy.unconditional("iam", "sts", "kms", "organizations"),
        *policy.broad(("iam:PassRole", "sts:AssumeRole", "kms:Decrypt", "s3:GetObject")),
    )
    yield from (each.request for each in found)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_proof_is_confirmed(path):
    account = Account(read_example(path).snapshot)
    for policy in (OwnPolicy(account, written) for written in account.written_policies):
        if policy.unreadable():
            continue
        for request in requests(policy):
            consent = consenting(ACCOUNT) if request.service in ("kms", "sts") else None
            policies = Policies(identity=(policy.document,), resource=consent)
            assert evaluate(request, policies).answer is Answer.ALLOW


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path.parent.name in PROVED], ids=lambda path: path.stem)
def test_findings_carry_their_requests(path):
    (account,) = judge([Source(read_example(path).snapshot)], [RULES[path.parent.name]], Ask()).accounts
    assert account.findings
    for finding in account.findings:
        assert finding.flow
        assert all("may call" in stage.text and stage.place.pointer.startswith("/iam/") for stage in finding.flow)


def test_what_the_guides_name_exists():
    from auditor.policy.actions import mask

    content = [rule for rule in RULES.values() if rule.check.__module__.endswith("sensitive_grants")]
    module = vars(__import__("sys").modules[content[0].check.__module__])
    for action in (*module["BULK_READS"], *module["CREDENTIALS"]):
        assert names(mask(action)) == (action,)


def test_two_inline_policies_of_one_user_are_told_apart():
    example = read_example(FIXTURES / "policy-passrole-star" / "bad-inline.json")
    user = example.snapshot.iam.users["ada"]
    (own,) = user.user_policy_list
    twice = user.model_copy(update={"user_policy_list": (own, own.model_copy(update={"policy_name": "other"}))})
    example.snapshot.iam.users["ada"] = twice
    (account,) = judge([Source(example.snapshot)], [RULES["policy-passrole-star"]], Ask()).accounts
    assert len({finding.fingerprint for finding in account.findings}) == 2


def test_a_policy_of_awss_is_asked_about_once_for_each_principal():
    example = read_example(FIXTURES / "policy-cloudshell-full-access" / "bad-on-each-kind.json")
    listed = list(AttachedAWSPolicy.all(Account(example.snapshot)))
    assert [(link.resource.type, link.name) for link in listed] == [
        ("AWS::IAM::User", "ada"),
        ("AWS::IAM::Group", "ops"),
        ("AWS::IAM::Role", "web"),
    ]
