"""Who gets into a role from outside; and that whatever is found is proved by a request."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.access.exposure import NO_EXTERNAL_ID, NO_MFA, doorways, tags_named, told
from auditor.access.strangers import fellow, strangers, users
from auditor.errors import NotCollected
from auditor.evaluate.engine import Ask, Source
from auditor.evaluate.engine import evaluate as judge
from auditor.evaluate.registry import load_rules
from auditor.evaluate.subjects import Account
from auditor.policy.decide import Answer, evaluate
from auditor.policy.document import Policy
from auditor.policy.elements import Kind
from auditor.policy.layers import Level
from auditor.policy.public import check_public
from auditor.testing import read_example
from tests.access.doors import ACCOUNT, ORGANIZATION, OTHER, door, let, refuse

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
PROVED = (
    "role-trust-any-principal",
    "role-trust-any-principal-conditional",
    "role-trust-notprincipal",
    "role-trust-external-no-external-id",
    "role-trust-unknown-account",
    "role-trust-whole-account-privileged",
    "role-service-confused-deputy",
    "role-assume-no-mfa",
    "role-admin-cross-account",
    "role-cross-account-readonly",
    "rolesanywhere-trust-unscoped",
)
"""Rules whose findings tell of a request to assume a role."""


def allowed(trust, request):
    return evaluate(request, trust.policies).answer is Answer.ALLOW


STRANGERS = {
    "anyone": ([let()], "anyone"),
    "nobody": ([], "nobody"),
    "a named account": ([let({"AWS": OTHER})], "nobody"),
    "a service": ([let({"Service": "ec2.amazonaws.com"})], "nobody"),
    "another action": ([let(action="sts:TagSession")], "nobody"),
    "all actions but this": ([{"Effect": "Allow", "Principal": "*", "NotAction": "sts:AssumeRole"}], "nobody"),
    "own organization": ([let(StringEquals={"aws:PrincipalOrgID": ORGANIZATION})], "nobody"),
    "own organization, if any": ([let(StringEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION})], "anyone"),
    "not the own organization": ([let(StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION})], "anyone"),
    "another organization": ([let(StringEquals={"aws:PrincipalOrgID": "o-other12345"})], "some"),
    "any organization": ([let(StringLike={"aws:PrincipalOrgID": "o-*"})], "anyone"),
    "own units": (
        [let(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})],
        "nobody",
    ),
    "own units, or none": (
        [let(**{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}})],
        "anyone",
    ),
    "users of any account": ([let(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/*"})], "anyone"),
    "a session of any account": ([let(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/dev-*"})], "anyone"),
    "root users cannot assume": ([let(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})], "nobody"),
    "roles by name": ([let(StringLike={"aws:PrincipalArn": "*:role/deploy"})], "anyone"),
    "whoever is called so": ([let(StringLike={"aws:PrincipalArn": "*deploy*"})], "anyone"),
    "roles in all partitions": ([let(ArnLike={"aws:PrincipalArn": "arn:aws*:iam::*:role/deploy"})], "anyone"),
    "roles in a path": ([let(ArnLike={"aws:PrincipalArn": "arn:*:iam::*:role/ci/*"})], "anyone"),
    "roles of accounts of a form": ([let(ArnLike={"aws:PrincipalArn": "arn:aws:iam::1234*:role/deploy"})], "anyone"),
    "a text that is no ARN": ([let(StringEquals={"aws:PrincipalArn": "somebody"})], "nobody"),
    "services only": ([let(Bool={"aws:PrincipalIsAWSService": "true"})], "nobody"),
    "a network": ([let(IpAddress={"aws:SourceIp": "203.0.113.0/24"})], "some"),
    "all but a network": ([let(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})], "anyone"),
    "private addresses": ([let(IpAddress={"aws:SourceIp": "10.0.0.0/8"})], "nobody"),
    "a VPC": ([let(StringEquals={"aws:SourceVpc": "vpc-0123456789abcdef0"})], "some"),
    "an external id": ([let(StringEquals={"sts:ExternalId": "4f1c"})], "some"),
    "any external id": ([let(Null={"sts:ExternalId": "false"})], "anyone"),
    "an external id of a form": ([let(StringLike={"sts:ExternalId": "acme-*"})], "some"),
    "an external id or anyone": ([let(StringEquals={"sts:ExternalId": "4f1c"}), let()], "anyone"),
    "a unique id": ([let(StringLike={"aws:userid": "AROA1234567890EXAMPLE:*"})], "nobody"),
    "later": ([let(DateGreaterThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"})], "anyone"),
    "earlier": ([let(DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})], "nobody"),
    "what contradicts itself": (
        [let(StringEquals={"aws:SourceVpc": "vpc-1"}, StringNotEquals={"aws:SourceVpc": "vpc-1"})],
        "nobody",
    ),
    "denied to everyone": ([let(), refuse()], "nobody"),
    "denied to strangers": ([let(), refuse(StringNotEquals={"aws:PrincipalAccount": OTHER})], "nobody"),
    "denied off a network": ([let(), refuse(NotIpAddress={"aws:SourceIp": "203.0.113.0/24"})], "some"),
    "all but one": ([{"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:*"}], "anyone"),
    "one statement, not in a list of actions": ([let(action=["sts:TagSession", "sts:AssumeRole"])], "anyone"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_strangers(case):
    statements, expected = STRANGERS[case]
    trust = door(*statements)
    found = strangers(trust)
    assert found.answer == expected
    assert (found.witness is None) is (expected == "nobody")
    if found.witness:
        assert allowed(trust, found.witness)
        assert found.witness.principal.account not in (ACCOUNT, OTHER)


def test_strangers_are_nobody_who_is_named():
    accounts = [str(444455556666 + at) for at in range(5)]
    found = strangers(door(let({"AWS": accounts}), let()))
    assert found.witness.principal.account == "444455556671"


def test_strangers_are_of_the_role_s_partition():
    trust = door(let(ArnLike={"aws:PrincipalArn": "arn:aws-us-gov:iam::*:*"}))
    gov = trust._replace(arn=trust.arn.replace("arn:aws:", "arn:aws-us-gov:"))
    assert strangers(gov).witness.principal.text == "arn:aws-us-gov:iam::444455556666:user/example"


def test_a_document_with_one_statement_alone_is_understood():
    trust = door()._replace(policy=Policy.of({"Version": "2012-10-17", "Statement": let()}, Kind.TRUST))
    assert strangers(trust).answer == "anyone"


def test_whose_organization_it_is_must_be_known():
    named = let(StringEquals={"aws:PrincipalOrgID": ORGANIZATION})
    assert strangers(door(named, organization=None)).answer == "unknown"
    assert strangers(door(named, organization="")).answer == "some"
    by_variable = let(StringEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"})
    assert {strangers(door(by_variable, organization=it)).answer for it in (None, "", ORGANIZATION)} == {"nobody"}
    assert strangers(door(let(), organization=None)).answer == "anyone"


def test_the_tags_of_the_role_are_known():
    trust = door(let(StringEquals={"aws:ResourceTag/open": "yes"}))
    assert strangers(trust).answer == "nobody"
    assert strangers(trust._replace(marks={"aws:resourcetag/open": "yes"})).answer == "anyone"


def test_resource_control_policies_have_their_say():
    outside = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}}
    perimeter = Policy.of({"Version": "2012-10-17", "Statement": refuse(**outside) | {"Resource": "*"}}, Kind.RCP)
    assert strangers(door(let(), rcps=(Level("r-ab12", (perimeter,)),))).answer == "nobody"
    off_network = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    network = Policy.of({"Version": "2012-10-17", "Statement": refuse(**off_network) | {"Resource": "*"}}, Kind.RCP)
    assert strangers(door(let(), rcps=(Level("r-ab12", (network,)),))).answer == "some"


def test_keys_that_have_to_be_alike_are_made_alike():
    chained = {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}", "aws:PrincipalTag/b": "${sts:SourceIdentity}"}
    opened = let(
        action=["sts:AssumeRole", "sts:SetSourceIdentity"],
        **{"StringEquals": chained, "StringNotEquals": {"sts:SourceIdentity": "alice"}},
    )
    found = strangers(door(opened))
    assert found.answer == "anyone"
    assert len({found.witness.context[key] for key in (*map(str.lower, chained), "sts:sourceidentity")}) == 1


def test_what_hangs_on_variables_may_not_be_known():
    alike = {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}"}
    found = strangers(door(let(StringEquals=alike, NumericLessThan={"aws:PrincipalTag/a": "5"})))
    assert (found.answer, found.witness) == ("unknown", None)
    assert found.reason


def test_what_is_too_large_is_not_known():
    either = {f"aws:PrincipalTag/{key:02}": "x" for key in range(14)}
    never = {"StringEquals": {"aws:PrincipalTag/z": "x"}, "StringNotEqualsIgnoreCase": {"aws:PrincipalTag/z": "X"}}
    found = strangers(door(let(StringNotEquals=either, **never)))
    assert (found.answer, found.witness) == ("unknown", None)
    assert found.reason


CONDITIONS = [
    {},
    {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/*"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/dev"}},
    {"StringEquals": {"aws:PrincipalAccount": OTHER}},
    {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"StringLike": {"aws:PrincipalTag/team": "*"}},
]


@given(
    allows=st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=3),
    denies=st.lists(st.sampled_from(CONDITIONS[1:]), max_size=2),
)
@settings(max_examples=150, deadline=None)
def test_whoever_is_public_is_a_stranger(allows, denies):
    trust = door(*(let(**it) for it in allows), *(refuse(**it) for it in denies))
    signed = refuse("*", Null={"aws:PrincipalArn": "true"})
    with_credentials = door(*(let(**it) for it in allows), *(refuse(**it) for it in denies), signed)
    public = check_public(with_credentials.policy).answer
    found = strangers(trust).answer
    assert (found == "anyone") == (public == "yes")
    if found == "nobody":
        assert public == "no"


def accounts(trust, *further):
    return {doorway.caller.account for doorway in doorways(trust, *further)}


DOORWAYS = {
    "an account": ([let({"AWS": OTHER})], {OTHER}),
    "a role": ([let({"AWS": f"arn:aws:iam::{OTHER}:role/path/x"})], {OTHER}),
    "a user": ([let({"AWS": f"arn:aws:iam::{OTHER}:user/x"})], {OTHER}),
    "a session": ([let({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/x/y"})], {OTHER}),
    "two accounts": ([let({"AWS": [OTHER, ACCOUNT]})], {OTHER, ACCOUNT}),
    "an account by condition": ([let(StringEquals={"aws:PrincipalAccount": OTHER})], {OTHER}),
    "a role by condition": ([let(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/dev-?-*"})], {OTHER}),
    "roles by name, of an account": ([let(StringLike={"aws:PrincipalArn": f"*{OTHER}:role/deploy"})], {OTHER}),
    "strangers are not told apart": ([let()], set()),
    "a service": ([let({"Service": "ec2.amazonaws.com"})], set()),
    "denied": ([let({"AWS": OTHER}), refuse()], set()),
    "denied to one role": (
        [let({"AWS": OTHER}), refuse(ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/x"})],
        {OTHER},
    ),
    "a number like another": (
        [
            let(
                {"AWS": OTHER},
                StringEquals={"aws:PrincipalTag/a": "${aws:PrincipalTag/b}"},
                NumericLessThan={"aws:PrincipalTag/a": "5"},
            )
        ],
        {OTHER},
    ),
    "a path that does not fit": (
        [
            let(
                {"AWS": f"arn:aws:iam::{OTHER}:role/a/x"},
                ArnEquals={"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/b/x"},
            )
        ],
        set(),
    ),
    "a unique id": ([let({"AWS": "AROA1234567890EXAMPLE"})], set()),
}


@pytest.mark.parametrize("case", DOORWAYS)
def test_doorways(case):
    statements, expected = DOORWAYS[case]
    trust = door(*statements)
    assert accounts(trust) == expected
    assert all(allowed(trust, doorway.witness) for doorway in doorways(trust))


def test_an_external_id_must_be_fixed():
    fixed = {"StringEquals": {"sts:ExternalId": "4f1c"}}
    assert accounts(door(let({"AWS": OTHER}, **fixed)), NO_EXTERNAL_ID) == set()
    assert accounts(door(let({"AWS": OTHER}), refuse(StringNotEquals=fixed["StringEquals"])), NO_EXTERNAL_ID) == set()
    for condition in ({}, {"Null": {"sts:ExternalId": "false"}}, {"StringEqualsIfExists": fixed["StringEquals"]}):
        assert accounts(door(let({"AWS": OTHER}, **condition)), NO_EXTERNAL_ID) == {OTHER}


def test_mfa_must_be_present():
    asked = {"aws:MultiFactorAuthPresent": "true"}
    assert accounts(door(let({"AWS": OTHER}, Bool=asked)), NO_MFA) == set()
    assert accounts(door(let({"AWS": OTHER}, BoolIfExists=asked)), NO_MFA) == {OTHER}
    denied = refuse(Bool={"aws:MultiFactorAuthPresent": "false"})
    assert accounts(door(let({"AWS": OTHER}), denied), NO_MFA) == {OTHER}


def test_tags_that_are_named_are_not_everybodys():
    trust = door(let({"AWS": OTHER}, StringEquals={"aws:PrincipalTag/team": "billing"}))
    assert accounts(trust) == {OTHER}
    assert accounts(trust, ({},), tags_named(trust.policy)) == set()
    any_team = door(let({"AWS": OTHER}, StringLike={"aws:PrincipalTag/team": "*"}))
    assert accounts(any_team, ({},), tags_named(any_team.policy)) == {OTHER}


def test_a_request_is_told_with_the_keys_that_the_policy_asks_for():
    trust = door(
        let(
            {"AWS": f"arn:aws:iam::{OTHER}:user/x"},
            StringEquals={"sts:ExternalId": "4f1c", "aws:PrincipalAccount": OTHER},
            BoolIfExists={"aws:MultiFactorAuthPresent": "true"},
        )
    )
    (doorway,) = (it for it in doorways(trust, NO_MFA[:1]) if it.caller.text.endswith(":user/x"))
    assert told(doorway.witness, trust.policy) == (
        f"arn:aws:iam::{OTHER}:user/x may call sts:AssumeRole with sts:ExternalId 4f1c"
        " without aws:MultiFactorAuthPresent"
    )


def test_long_texts_are_cut():
    trust = door(let({"AWS": OTHER}, StringEquals={"sts:ExternalId": "x" * 500}))
    doorway = next(doorways(trust))
    assert told(doorway.witness, trust.policy).endswith(f" with sts:ExternalId {'x' * 200}...")


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_way_in_is_proved(path):
    for role in Account(read_example(path).snapshot).roles:
        with suppress(NotCollected):  # there are trust policies that cannot be read
            trust = role.exposure.trust
            for request in ways_in(role):
                assert allowed(trust, request)


def ways_in(role):
    exposure = role.exposure
    trust = exposure.trust
    yield from (doorway.witness for doorway in exposure.doorways())
    yield from (doorway.witness for doorway in exposure.without_external_id().values())
    yield from (doorway.witness for doorway in exposure.whole_accounts().values())
    yield from (request for service in exposure.services if (request := exposure.confused(service)))
    yield from (request for request in (exposure.compute_service, strangers(trust).witness) if request)


@pytest.mark.parametrize(
    "path",
    sorted(path for rule in PROVED for path in FIXTURES.glob(f"{rule}/bad-*.json")),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_findings_tell_of_a_request_that_is_allowed(path, monkeypatch):
    example = read_example(path)
    rule = load_rules(plugins=False)[path.parent.name]
    shown = []
    monkeypatch.setattr(
        "auditor.access.exposure.told", lambda request, policy: shown.append((request, policy)) or told(request, policy)
    )
    ask = Ask(options={rule.id: example.options}, declared=example.declared)
    (report,) = judge([Source(example.snapshot)], [rule], ask).accounts
    trusts = {role.exposure.policy: role.exposure.trust for role in Account(example.snapshot).roles}
    assert len(shown) == len(report.findings)
    for finding in report.findings:
        (stage,) = finding.flow
        assert stage.text in finding.message
        assert " may call sts:AssumeRole" in stage.text
        assert stage.place.pointer.endswith("/AssumeRolePolicyDocument")
    for request, policy in shown:
        assert allowed(trusts[policy], request)


@pytest.mark.parametrize("pattern", ["*:deploy", "AROA*:deploy", "AIDA*", "A*"])
def test_whoever_names_its_session_gets_in_by_the_name(pattern):
    assert strangers(door(let(StringLike={"aws:userid": pattern}))).witness


def test_ids_that_are_somebodys_let_nobody_else_in():
    for pattern in ("AROA1234567890EXAMPLE:*", "AIDA1234567890EXAMPLE"):
        assert strangers(door(let(StringLike={"aws:userid": pattern}))).answer == "nobody"


@pytest.mark.parametrize(
    ("key", "action"), [("aws:RequestTag/p", "sts:TagSession"), ("sts:SourceIdentity", "sts:SetSourceIdentity")]
)
def test_what_is_set_for_a_session_takes_its_own_action(key, action):
    asked = {"StringEquals": {key: "x"}}
    assert strangers(door(let(**asked))).answer == "nobody"
    assert strangers(door(let(action=["sts:AssumeRole", action], **asked))).witness
    assert strangers(door(let(StringEqualsIfExists={key: "x"}))).witness


def test_who_is_of_the_organization_is_known_where_its_accounts_were_seen():
    own, another = ({"StringEquals": {"aws:PrincipalOrgID": name}} for name in (ORGANIZATION, "o-another123"))
    seen, others = frozenset({ACCOUNT, OTHER}), frozenset({ACCOUNT})
    assert [bool(list(doorways(door(let({"AWS": OTHER}, **own), members=it)))) for it in (seen, others, None)] == [
        *(True, False, True),
    ]
    assert not list(doorways(door(let({"AWS": OTHER}, **another), members=seen)))
    assert list(doorways(door(let({"AWS": OTHER}, **another), members=others)))


def test_user_names_are_of_users():
    found = list(doorways(door(let({"AWS": OTHER}, StringEquals={"aws:username": "bob"}))))
    assert found
    assert {it.caller.kind for it in found} == {"user"}
    assert not list(doorways(door(let({"AWS": f"arn:aws:iam::{OTHER}:role/x"}, StringLike={"aws:username": "*"}))))


def test_fellows_are_accounts_of_the_organization_that_nobody_named():
    own = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    for members in (None, frozenset({ACCOUNT})):
        assert fellow(door(let(**own), members=members)).witness
    assert fellow(door(let(), refuse(StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}))).witness
    assert fellow(door(let(StringEquals={"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}))).witness
    assert not fellow(door(let(**own), organization="")).witness
    assert not fellow(door(let(StringEquals={"aws:PrincipalOrgID": "o-another123"}))).witness
    assert not fellow(door(let({"AWS": OTHER}, **own))).witness
    named = {"StringEquals": {**own["StringEquals"], "aws:PrincipalTag/team": "ops"}}
    assert not fellow(door(let(**named))).witness


def test_fellows_may_not_be_known():
    either = {f"aws:PrincipalTag/{key:02}": "x" for key in range(14)}
    never = {"StringEquals": {"aws:PrincipalTag/z": "x"}, "StringNotEqualsIgnoreCase": {"aws:PrincipalTag/z": "X"}}
    own = {"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
    found = fellow(door(let(StringNotEquals=either, **own, **never)))
    assert (found.answer, found.witness) == ("unknown", None)
    assert found.reason


def test_users_that_nobody_named():
    own = {"aws:PrincipalOrgID": ORGANIZATION}
    for statement in (let(), let(StringEquals=own), let(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/*"})):
        found = users(door(statement), NO_MFA)
        assert found.witness.principal.kind == "user"
        assert allowed(door(statement), found.witness)
    assert users(door(let(StringEquals=own), organization=None)).answer == "unknown"
    for condition in (
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
        {"StringEquals": own, "Bool": {"aws:MultiFactorAuthPresent": "true"}},
    ):
        assert users(door(let(**condition)), NO_MFA).answer == "nobody"
    assert users(door(let({"AWS": OTHER}))).answer == "nobody"


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("AROA1234567890EXAMPLE:*", {"role"}),
        ("AROA*:deploy", {"role"}),
        ("*:*", {"role"}),
        ("AIDA1234567890EXAMPLE", {"user"}),
        ("AIDA*", {"user"}),
        ("A*", {"role", "user"}),
        ("*", {"role", "user"}),
        ("AIDA1234567890EXAMPLE:*", set()),
        ("AROA1234567890EXAMPLE", set()),
        ("AROA*:*:*", set()),
        (OTHER, set()),
        (f"{OTHER}:*", set()),
    ],
)
def test_ids_of_sessions_are_of_roles_and_those_of_users_have_no_session(pattern, kinds):
    found = list(doorways(door(let({"AWS": OTHER}, StringLike={"aws:userid": pattern})), NO_MFA))
    assert {it.caller.kind for it in found} == kinds
    for it in found:
        (value,) = it.witness.context["aws:userid"]
        assert (":" in value) is (it.caller.kind == "role")


def test_whoever_may_assume_a_role_has_an_id():
    assert not list(doorways(door(let({"AWS": OTHER}, Null={"aws:userid": "true"}))))
    assert len(list(doorways(door(let({"AWS": OTHER}, Null={"aws:userid": "false"}))))) == 2
    found = list(doorways(door(let({"AWS": OTHER}, StringNotLike={"aws:userid": "AROA*"}))))
    assert {it.caller.kind for it in found} == {"user"}
    alike = let({"AWS": OTHER}, StringEquals={"aws:PrincipalTag/owner": "${aws:userid}"})
    assert {it.witness.context["aws:userid"][0][:4] for it in doorways(door(alike))} == {"AIDA", "AROA"}
