import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.simulate import SimulationError, simulate

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
DENY = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
ANYONE = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
REQUEST = {
    "principal": "arn:aws:iam::111122223333:user/ann",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::docs/a",
    "resource_account": "111122223333",
    "context": {"aws:SourceIp": "192.0.2.1"},
}


def line(request=None, /, **others):
    return json.dumps({"request": {**REQUEST, **(request or {})}, "identity_policies": [ALLOW], **others})


def decided(request=None, /, **others):
    return simulate(line(request, **others))["decision"]


def under(condition):
    return {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}}


def test_an_answer_names_the_statements_and_where_they_stand():
    text = line()
    found = simulate(text)
    (statement,) = found.pop("statements")
    assert found == {"decision": "allow", "decided_by": ["identity"]}
    span = statement.pop("span")
    assert statement == {"layer": "identity", "policy": 0, "statement": 0}
    document = text[text.index('{"Version"') :]
    assert document[span["start"] : span["end"]] == json.dumps(ALLOW["Statement"][0])
    assert (span["line"], span["column"]) == (1, span["start"] + 1)


def test_answers_are_the_same_bytes_for_the_same_text():
    assert json.dumps(simulate(line())) == json.dumps(simulate(line().encode()))


@pytest.mark.parametrize(
    ("others", "decision", "by"),
    [
        ({"identity_policies": []}, "implicit_deny", "identity"),
        ({"permission_boundaries": [DENY]}, "explicit_deny", "boundary"),
        ({"session_policy": DENY}, "explicit_deny", "session"),
        ({"session_policy": None, "permission_boundaries": None, "scps": None}, "allow", "identity"),
        ({"scps": [{"id": "r", "policies": [ALLOW]}, {"id": "a", "policies": []}]}, "implicit_deny", "scp"),
        ({"scps": [{"policies": [ALLOW]}]}, "allow", "identity"),
        ({"rcps": [{"id": "r", "policies": []}]}, "allow", "identity"),
        ({"resource_policy": ANYONE, "identity_policies": []}, "allow", "resource"),
        ({"endpoint_policies": [{"Statement": []}]}, "implicit_deny", "vpc-endpoint"),
        ({"identity_policies": [json.dumps(ALLOW)]}, "allow", "identity"),
    ],
)
def test_every_kind_of_policy_has_its_say(others, decision, by):
    found = simulate(line(**others))
    assert (found["decision"], found["decided_by"]) == (decision, [by])


def test_a_level_of_scps_is_named():
    refusing = [{"id": "r", "policies": [ALLOW]}, {"id": "ou-1", "policies": [DENY]}]
    (statement,) = simulate(line(scps=refusing))["statements"]
    assert {name: statement[name] for name in ("layer", "level", "policy", "statement")} == {
        "layer": "scp",
        "level": "ou-1",
        "policy": 1,
        "statement": 0,
    }


def test_callers_of_every_kind():
    anyone = {"resource_policy": ANYONE, "identity_policies": []}
    assert decided({"principal": {"anonymous": True}}, **anyone) == "allow"
    assert decided({"principal": "logs.amazonaws.com"}, **anyone) == "allow"
    canonical = {"Statement": {**ANYONE["Statement"], "Principal": {"CanonicalUser": "a" * 64}}}
    assert decided({"principal": "a" * 64}, resource_policy=canonical) == "allow"
    assert decided({"principal": "a" * 64}, caller_account="111122223333") == "allow"
    assert decided({"principal": "a" * 64}) == "implicit_deny"


def test_the_management_account_is_beyond_scps():
    scps = [{"id": "r", "policies": [DENY]}]
    assert decided(scps=scps) == "explicit_deny"
    assert decided(scps=scps, management_account="111122223333") == "allow"


def test_a_trust_policy_needs_no_resource():
    trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}}
    assume = {"action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/r"}
    own = {"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}
    assert decided(assume, resource_policy=trust, identity_policies=[own]) == "allow"
    assert decided(assume, identity_policies=[own]) == "implicit_deny"


def test_the_context():
    flag = under({"Bool": {"aws:SecureTransport": "true"}})
    assert decided({"context": {"aws:SecureTransport": True}}, identity_policies=[flag]) == "allow"
    assert decided({"context": {}}, identity_policies=[flag]) == "implicit_deny"
    number = under({"NumericEquals": {"x:y": "9007199254740993"}})
    assert decided({"context": {"x:y": 9007199254740993}}, identity_policies=[number]) == "allow"
    tags = under({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}})
    assert decided({"context": {"aws:TagKeys": ["a", "b"]}}, identity_policies=[tags]) == "allow"
    assert decided({"context": {"aws:TagKeys": ["a", "c"]}}, identity_policies=[tags]) == "implicit_deny"


def test_what_is_not_known():
    mfa = under({"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    found = simulate(line({"context": {"aws:multifactorauthpresent": None}}, identity_policies=[mfa]))
    assert (found["decision"], found["conditions"]) == ("conditional", ["aws:MultiFactorAuthPresent"])
    assert decided({"otherwise": "unknown"}, identity_policies=[mfa]) == "conditional"
    assert decided({"otherwise": "absent"}, identity_policies=[mfa]) == "implicit_deny"


def test_what_is_malformed_in_a_policy_is_told():
    odd = {"Statement": [{"Effect": "deny", "Action": "*", "Resource": "*"}]}
    (problem,) = simulate(line(identity_policies=[ALLOW, odd]))["problems"]
    assert (problem["layer"], problem["policy"], problem["code"]) == ("identity", 1, "INVALID_EFFECT")
    assert json.dumps(odd)[problem["span"]["start"] : problem["span"]["end"]] == '"deny"'
    for place in (
        {"resource_policy": odd},
        {"scps": [{"id": "r", "policies": [odd]}]},
        {"rcps": [{"policies": [odd]}]},
    ):
        assert simulate(line(**place))["problems"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON at line 1, column 1"),
        ("{\n", "not JSON at line 2"),
        ("[]", "an object is needed"),
        ("{}", "request: an object is needed"),
        (line(policies=[]), "policies: there is no such member"),
        (line({"who": "x"}), "request.who: there is no such member"),
        (line({"principal": "somebody"}), "request.principal: not a principal: 'somebody'"),
        (line({"principal": 7}), "request.principal: a string is needed"),
        (line({"principal": {"anonymous": False}}), "request.principal: a string is needed"),
        (line({"action": "GetObject"}), "request: an action is service:name"),
        (line({"action": 1}), "request.action: a string is needed"),
        (line({"resource": []}), "request.resource: a string is needed"),
        (line({"context": []}), "request.context: an object is needed"),
        (line({"context": {"a": {}}}), "request: the value of the context key 'a'"),
        (line({"context": {"a": [None]}}), "request: the value of the context key 'a'"),
        (line({"otherwise": "maybe"}), "request.otherwise: this is absent or unknown"),
        (line(identity_policies={}), "identity_policies: a list is needed"),
        (line(identity_policies=[[]]), r"identity_policies\[0\]: a policy document is a JSON object"),
        (line(identity_policies=["{"]), r"identity_policies\[0\]: "),
        (line(session_policy=7), "session_policy: a policy document is a JSON object"),
        (line(scps=[ALLOW]), r"scps\[0\].Version: there is no such member"),
        (line(scps=["r"]), r"scps\[0\]: an object is needed"),
        (line(scps=[{"id": "r", "policies": [7]}]), r"scps\[0\].policies\[0\]: a policy"),
        (line(caller_account=1), "caller_account: a string is needed"),
    ],
)
def test_mistakes_are_told_with_their_place(text, message):
    with pytest.raises(SimulationError, match=message):
        simulate(text)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["*", "Allow", "a:b", REQUEST["principal"], "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Statement", "Effect", "Action", "Resource", "id", "policies", "x"]), inner)
    ),
    max_leaves=10,
)
MEMBERS = st.sampled_from(
    [
        *("request", "identity_policies", "permission_boundaries", "session_policy", "scps", "rcps"),
        *("resource_policy", "endpoint_policies", "caller_account", "management_account"),
    ]
)
FIELDS = st.sampled_from(["principal", "action", "resource", "resource_account", "context", "otherwise"])


@given(st.dictionaries(FIELDS, ANY), st.dictionaries(MEMBERS, ANY))
def test_no_line_raises_anything_else(request, others):
    try:
        found = simulate(line(request, **others))
    except SimulationError:
        return
    assert found["decision"] in ("allow", "implicit_deny", "explicit_deny", "conditional")


@given(st.text() | st.binary())
def test_no_text_raises_anything_else(text):
    with pytest.raises(SimulationError):
        simulate(text)
