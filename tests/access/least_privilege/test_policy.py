"""The least policy: allowed is what was used, and nothing that was not allowed before."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access.least_privilege.last_accessed import LastAccessed
from auditor.access.least_privilege.policy import Need, reduce
from auditor.access.least_privilege.result import least_privilege
from auditor.access.least_privilege.usage import used_by
from auditor.policy import Policies, Policy, Principal, compare, evaluate
from auditor.policy.request import UNKNOWN, Request
from tests.access.least_privilege.records import ACCOUNT, REGION, ROLE, record
from tests.access.worlds import allow, deny

WHO = Principal.parse(ROLE)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"


def policy(*statements, version="2012-10-17"):
    return Policy.of({"Version": version, "Statement": list(statements)})


def least(needs, *old):
    return reduce([Need(*need) for need in needs], old, WHO)


def statements(needs, *old):
    return [one for document in least(needs, *old).documents for one in document["Statement"]]


def test_only_what_was_used_is_left():
    old = policy(allow("s3:*", "ec2:*"))
    assert statements([("s3:GetObject", "arn:aws:s3:::b/k"), ("ec2:DescribeInstances", "*")], old) == [
        allow("ec2:DescribeInstances", resource=["*"]),
        allow("s3:GetObject", resource=["arn:aws:s3:::b/k"]),
    ]


def test_actions_on_the_same_resources_stand_together():
    needs = [("s3:GetObject", "arn:aws:s3:::b/k"), ("s3:PutObject", "arn:aws:s3:::b/k")]
    assert statements(needs, policy(allow("*"))) == [
        allow("s3:GetObject", "s3:PutObject", resource=["arn:aws:s3:::b/k"])
    ]


def test_conditions_are_taken_over_as_they_are():
    old = policy(allow("s3:*", **MFA), allow("sqs:*"))
    needs = [("s3:GetObject", "arn:aws:s3:::b/k"), ("sqs:SendMessage", "arn:aws:sqs:r:1:q")]
    assert {json.dumps(one.get("Condition")) for one in statements(needs, old)} == {json.dumps(MFA), "null"}


def test_of_two_statements_that_allow_it_both_stay():
    old = policy(allow("s3:GetObject", **MFA), allow("s3:Get*", IpAddress={"aws:SourceIp": "192.0.2.0/24"}))
    assert len(statements([("s3:GetObject", "arn:aws:s3:::b/k")], old)) == 2


def test_each_deny_stays_and_no_sid_stands_twice():
    guard = {"Sid": "Guard", **deny("s3:*", resource="arn:aws:s3:::secret/*")}
    other = {"Sid": "Guard", **deny("kms:*")}
    found = statements([("s3:GetObject", "arn:aws:s3:::b/k")], policy(allow("*"), guard), policy(other, guard))
    assert [one for one in found if one["Effect"] == "Deny"] == [
        deny("s3:*", resource="arn:aws:s3:::secret/*"),
        deny("kms:*"),
    ]


def test_what_the_policies_refuse_is_not_granted_but_told():
    old = policy(allow("s3:*", resource="arn:aws:s3:::b/*"), deny("s3:*", resource="arn:aws:s3:::b/no"))
    refused = [
        ("s3:GetObject", "arn:aws:s3:::b/no"),
        ("s3:GetObject", "arn:aws:s3:::c/k"),
        ("ec2:RunInstances", "arn:aws:ec2:*:*:subnet/*"),
    ]
    found = least([*refused, ("s3:GetObject", "arn:aws:s3:::b/k")], old)
    assert found.refused == tuple(Need(*need) for need in refused)
    assert found.documents[0]["Statement"][0] == allow("s3:GetObject", resource=["arn:aws:s3:::b/k"])


def test_where_no_event_shows_the_resource_the_old_policy_limits_it():
    wide = ("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:*:table/*")
    assert statements([wide], policy(allow("*"))) == [allow("dynamodb:PutItem", resource=[wide[1]])]
    own = policy(allow("dynamodb:*", resource=[f"{TABLE}/T", f"{TABLE}/U*", "arn:aws:s3:::b"]))
    assert statements([wide], own) == [allow("dynamodb:PutItem", resource=[f"{TABLE}/T", f"{TABLE}/U*"])]


def test_not_action_and_not_resource():
    others = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": f"{TABLE}/secret"}
    wide = ("dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:*:table/*")
    assert statements([wide], policy(others)) == [
        {"Effect": "Allow", "Action": ["dynamodb:PutItem"], "NotResource": f"{TABLE}/secret"}
    ]
    exact = [("dynamodb:PutItem", f"{TABLE}/T"), ("dynamodb:PutItem", f"{TABLE}/secret"), ("iam:GetRole", ROLE)]
    found = least(exact, policy(others))
    assert found.kept == (Need(*exact[0]),)
    assert found.documents[0]["Statement"] == [allow("dynamodb:PutItem", resource=[f"{TABLE}/T"])]


def test_policy_variables_stay():
    old = policy(allow("s3:*", resource="arn:aws:s3:::home/${aws:username}/*"))
    needs = [("s3:GetObject", "arn:aws:s3:::home/ann/k")]
    user = Principal.parse(f"arn:aws:iam::{ACCOUNT}:user/ann")
    found = reduce([Need(*need) for need in needs], (old,), user)
    assert found.documents[0]["Statement"] == [allow("s3:GetObject", resource=["arn:aws:s3:::home/${aws:username}/*"])]
    others = policy({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::home/${aws:username}/*"})
    assert "NotResource" in statements([("s3:GetObject", "arn:aws:s3:::b/k")], others)[0]
    many = [Need("s3:GetObject", f"arn:aws:s3:::home/ann/{n}") for n in range(30)]
    found = reduce(many, (old,), user)
    assert found.documents[0]["Statement"] == [allow("s3:GetObject", resource=["arn:aws:s3:::home/${aws:username}/*"])]


def test_many_resources_become_folders_within_what_was_allowed():
    needs = [("s3:GetObject", f"arn:aws:s3:::b/in/{n}") for n in range(30)]
    assert statements(needs, policy(allow("*"))) == [allow("s3:GetObject", resource=["arn:aws:s3:::b/in/*"])]
    narrow = policy(allow("s3:*", resource=["arn:aws:s3:::b/in/1*", "arn:aws:s3:::b/in/2*", "arn:aws:s3:::c/*"]))
    assert statements(needs[10:], narrow)[0]["Resource"] == [need[1] for need in needs[10:]]
    narrow = policy(allow("s3:*", resource=["arn:aws:s3:::b/in/?", "arn:aws:s3:::b/in/??", "arn:aws:s3:::c/*"]))
    assert statements(needs, narrow)[0]["Resource"] == ["arn:aws:s3:::b/in/?", "arn:aws:s3:::b/in/??"]
    others = policy({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::b/in/secret"})
    assert statements(needs, others)[0]["NotResource"] == "arn:aws:s3:::b/in/secret"


def test_each_version_has_a_document_of_its_own():
    old = (
        policy(allow("s3:*"), version="2008-10-17"),
        policy(allow("sqs:*")),
        policy(deny("kms:*"), version="2008-10-17"),
    )
    needs = [("s3:GetObject", "arn:aws:s3:::b/${$}${*}"), ("sqs:SendMessage", "arn:aws:sqs:r:1:q")]
    assert least(needs, *old).documents == (
        {"Version": "2012-10-17", "Statement": [allow("sqs:SendMessage", resource=["arn:aws:sqs:r:1:q"])]},
        {
            "Version": "2008-10-17",
            "Statement": [allow("s3:GetObject", resource=["arn:aws:s3:::b/$?"]), deny("kms:*")],
        },
    )


def test_keys_and_roles_of_others_are_taken_to_agree():
    needs = [("kms:Decrypt", f"arn:aws:kms:r:{ACCOUNT}:key/1"), ("sts:AssumeRole", "arn:aws:iam::444455556666:role/r")]
    assert least(needs, policy(allow("kms:*", "sts:*"))).refused == ()


def test_a_statement_that_stands_alone_and_no_list():
    old = Policy.parse('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')
    assert statements([("ec2:DescribeInstances", "*")], old) == [allow("ec2:DescribeInstances", resource=["*"])]


ACTIONS = (
    *("s3:GetObject", "s3:PutObject", "s3:ListBucket", "dynamodb:PutItem"),
    *("ec2:DescribeInstances", "ec2:RunInstances"),
)
RESOURCES = (
    *("arn:aws:s3:::b/k", "arn:aws:s3:::b/x/y", "arn:aws:s3:::b", f"{TABLE}/T"),
    *("*", "arn:aws:s3:::b/*", f"{TABLE}/*", "arn:aws:s3:::b/${*}"),
)
OTHERS = ("arn:aws:s3:::*", "arn:aws:s3:::b/${aws:username}*", "arn:aws:s3:::b/${*}")
STATEMENTS = st.builds(
    lambda effect, key, actions, resource_key, resources, condition: {
        "Effect": effect, key: actions, resource_key: resources, **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    st.sampled_from(["Action", "Action", "NotAction"]),
    st.lists(st.sampled_from([*ACTIONS, "s3:*", "*", "s3:Get*", "ec2:*"]), min_size=1, max_size=3),
    st.sampled_from(["Resource", "Resource", "NotResource"]),
    st.lists(st.sampled_from([*RESOURCES, *OTHERS]), min_size=1, max_size=2),
    st.sampled_from([None, None, MFA, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}]),
)  # fmt: skip
POLICIES = st.lists(
    st.builds(
        lambda listed, version: policy(*listed, version=version),
        st.lists(STATEMENTS, min_size=1, max_size=3),
        st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
    ),
    min_size=1,
    max_size=3,
)


@given(old=POLICIES, needs=st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)), max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_the_policies_were_nothing_is_new_and_nothing_is_lost(old, needs):
    found = least(needs, *old)
    new = [Policy.of(document) for document in found.documents]
    assert not any(one.problems for one in new)
    if new:
        assert compare(old, new).answer != "yes"
    for need in found.kept:
        if need.exact:
            request = Request(WHO, need.action, need.sample, otherwise=UNKNOWN)
            before = evaluate(request, Policies(identity=tuple(old))).answer
            assert evaluate(request, Policies(identity=tuple(new))).answer == before
    assert {need[:2] for need in found.kept + found.refused} == set(needs)


def test_the_result_is_checked_and_measured():
    old = (policy(allow("s3:*", "sqs:*"), deny("sqs:*")),)
    usage = used_by([record("s3", "ListBuckets"), record("s3", "PutBucketAcl", {"bucketName": "b"})], ROLE)
    found = least_privilege(WHO, old, usage)
    assert (found.lost, found.refused) == ((), ())
    assert found.compared.answer == "no"
    assert found.compared.before["Read"] > found.compared.after["Read"] == 0
    assert found.compared.after["List"] == found.compared.after["Permissions management"] == 1
    assert sum(found.compared.after.values()) == 2
    assert found.size == len(json.dumps(found.documents[0], separators=(",", ":")))
    assert {"s3:GetObject", "s3:PutObject"} <= set(found.unseen)
    assert not any(name.startswith("sqs:") for name in found.unseen)


def test_what_data_events_show_is_not_unseen():
    usage = used_by([record("s3", "GetObject", {"bucketName": "b", "key": "k"}, managementEvent=False)], ROLE)
    assert least_privilege(WHO, (policy(allow("s3:*")),), usage).unseen == ()


def test_without_policies_all_that_was_used_is_allowed():
    usage = used_by([record("s3", "PutBucketAcl", {"bucketName": "b"})], ROLE)
    found = least_privilege(WHO, None, usage)
    assert found.documents[0]["Statement"] == [allow("s3:PutBucketAcl", resource=["arn:aws:s3:::b"])]
    assert (found.compared, found.unseen) == (None, ())


def test_where_nothing_is_left_there_is_no_policy():
    found = least_privilege(WHO, (policy(allow("sqs:*")),), used_by([record("s3", "ListBuckets")], ROLE))
    assert found.documents == ()
    assert found.refused == (Need("s3:ListAllMyBuckets", "*"),)
    assert (found.compared.answer, found.size) == ("no", 0)


ACCESSED = LastAccessed(("sqs", "ec2", "iam"), ("s3:ListAllMyBuckets", "s3:PutBucketAcl"), ())


def test_services_without_actions_are_kept_as_they_were_allowed():
    queue = "arn:aws:sqs:r:1:q"
    old = (policy(allow("s3:*"), allow("sqs:*", "sns:*", resource=queue), allow("ec2:Describe*Tags", **MFA)),)
    found = least_privilege(WHO, old, None, ACCESSED)
    listed = found.documents[0]["Statement"]
    assert allow("sqs:*", resource=[queue]) in listed
    assert allow("s3:ListAllMyBuckets", resource=["*"]) in listed
    assert allow("s3:PutBucketAcl", resource=["arn:*:s3:::*"]) not in listed
    assert any(one["Action"] == ["s3:PutBucketAcl"] and one["Resource"] == ["arn:aws:s3:::*"] for one in listed)
    assert any("ec2:DescribeTags" in one["Action"] and one["Condition"] == MFA for one in listed)
    assert "sns" not in json.dumps(listed)
    assert found.compared.answer == "no"


def test_the_log_comes_before_what_iam_tells():
    old = (policy(allow("*")),)
    made = [record("s3", "PutBucketAcl", {"bucketName": "b"}), record("sqs", "ListQueues")]
    listed = least_privilege(WHO, old, used_by(made, ROLE), ACCESSED).documents[0]["Statement"]
    assert allow("s3:PutBucketAcl", resource=["arn:aws:s3:::b"]) in listed
    assert {"sqs:ListQueues", "ec2:*", "iam:*"} <= {name for one in listed for name in one["Action"]}
    assert "sqs:*" not in {name for one in listed for name in one["Action"]}


@pytest.mark.parametrize("limits", [Policies(boundaries=(policy(allow("s3:ListAllMyBuckets")),))])
def test_a_boundary_stays_what_it_is(limits):
    usage = used_by([record("s3", "ListBuckets"), record("sqs", "ListQueues")], ROLE)
    found = least_privilege(WHO, (policy(allow("*")),), usage, limits=limits)
    assert found.lost == ()
