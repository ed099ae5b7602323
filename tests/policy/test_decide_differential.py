"""The engine against a slow evaluator of the documentation, and against laws that hold for any policies."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.policy.decide import Answer, evaluate
from auditor.policy.simulate import read
from tests.policy.slow_evaluator import decide

pytestmark = pytest.mark.no_cover  # thousands of requests over the same lines, which other tests cover

ONE, TWO = "111122223333", "444455556666"
SESSION = f"arn:aws:sts::{ONE}:assumed-role/dev/s"
CALLERS = [
    f"arn:aws:iam::{ONE}:user/ann",
    SESSION,
    f"arn:aws:iam::{ONE}:role/dev",
    f"arn:aws:sts::{ONE}:federated-user/ann",
    f"arn:aws:iam::{ONE}:root",
    f"arn:aws:sts::{ONE}:assumed-role/AWSServiceRoleForX/s",
    "logs.amazonaws.com",
    f"arn:aws:iam::{ONE}:saml-provider/idp",
    {"anonymous": True},
]
NAMED = ["*", ONE, TWO, f"arn:aws:iam::{ONE}:root", *CALLERS[:4]]
ACTIONS = [
    *("s3:GetObject", "s3:PutObject", "kms:Decrypt", "iam:PassRole", "sts:AssumeRole", "sts:GetCallerIdentity"),
    *("sts:AssumeRoleWithSAML", "sns:Publish"),
]
ACTION_PATTERNS = ["*", "*", "*:*", "s3:*", "S3:Get*", "s3:?etObject", "kms:*", "sts:AssumeRole*", *ACTIONS]
RESOURCES = ["arn:aws:s3:::b/ann/x", f"arn:aws:kms:eu-west-1:{ONE}:key/k", f"arn:aws:iam::{ONE}:role/dev", "*"]
RESOURCE_PATTERNS = [
    *["*"] * 4,
    *RESOURCES,
    "arn:aws:s3:::b/*",
    "arn:*",
    "arn:aws:s3:::b/${x:name}/?",
    "arn:aws:s3:::b/${x:no, 'ann'}/x",
]
KEYS = ["x:name", "x:count", "x:time", "x:ip", "x:arn", "x:flag"]
VALUES = ["ann", "ANN", "a*", "1", "2.0", "2024-01-01", "2024-01-01T00:00:00Z", "192.0.2.1", "192.0.2.0/24", "true", ""]
VALUES += ["arn:aws:s3:::b", "arn:*:s3:::*", "${x:name}", "QQ==", "*"]
OPERATORS = [
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike", "Bool", "Null"),
    *("NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals", "DateLessThanEquals"),
    *("DateGreaterThan", "IpAddress", "NotIpAddress", "ArnLike", "ArnNotEquals", "BinaryEquals"),
]


def some(values, most=2):
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def operators(name):
    if name == "Null":
        return st.sampled_from(["Null", "ForAnyValue:Null", "ForAllValues:Null"])
    prefix = st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"])
    return st.tuples(prefix, st.sampled_from(["", "", "IfExists"])).map(lambda both: both[0] + name + both[1])


CONDITIONS = st.dictionaries(
    st.sampled_from(OPERATORS).flatmap(operators),
    st.dictionaries(st.sampled_from(KEYS), some([*VALUES, "false"], 3), min_size=1, max_size=2),
    max_size=2,
)
PRINCIPALS = (
    st.just("*")
    | st.fixed_dictionaries({"AWS": some(NAMED, 3)})
    | st.just({"Service": "logs.amazonaws.com"})
    | st.just({"Federated": CALLERS[7]})
)


@st.composite
def statements(draw, principal=False, effects=("Allow", "Allow", "Deny")):
    statement = {"Effect": draw(st.sampled_from(effects))}
    statement[draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))] = draw(some(ACTION_PATTERNS))
    statement[draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))] = draw(
        some(RESOURCE_PATTERNS)
    )
    if principal:
        statement[draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))] = draw(PRINCIPALS)
    if draw(st.booleans()):
        statement["Condition"] = draw(CONDITIONS)
    return statement


def policies(principal=False):
    return st.fixed_dictionaries(
        {"Statement": st.lists(statements(principal), min_size=1, max_size=3)},
        optional={"Version": st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"])},
    )


FULL = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
LEVELS = st.lists(st.lists(policies() | st.just(FULL), min_size=1, max_size=2), max_size=2).map(
    lambda levels: [{"id": str(number), "policies": listed} for number, listed in enumerate(levels)]
)
RCPS = st.lists(
    st.fixed_dictionaries({"Statement": st.lists(statements(True, ("Deny",)), max_size=2)}), max_size=1
).map(lambda listed: [{"id": "root", "policies": listed}] if listed else [])
CONTEXT = st.dictionaries(st.sampled_from(KEYS), some(VALUES) | st.sampled_from(VALUES) | st.just([]), max_size=5)
LINES = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries(
            {
                "principal": st.sampled_from([*CALLERS[:4] * 3, *CALLERS]),
                "action": st.sampled_from([*ACTIONS[:1] * 6, *ACTIONS]),
                "resource": st.sampled_from([*RESOURCES[:1] * 3, *RESOURCES]),
                "resource_account": st.sampled_from([ONE, ONE, TWO]),
                "context": CONTEXT,
            }
        ),
        "identity_policies": st.lists(policies() | st.just(FULL), max_size=2),
        "resource_policy": policies(principal=True) | st.none(),
    },
    optional={
        "permission_boundaries": st.lists(policies() | st.just(FULL), max_size=1),
        "session_policy": policies() | st.just(FULL),
        "scps": LEVELS,
        "rcps": RCPS,
        "endpoint_policies": st.lists(policies(principal=True), max_size=1),
    },
)
ATTACHED = ["identity_policies", "permission_boundaries", "session_policy", "resource_policy", "endpoint_policies"]


def fast(line):
    return evaluate(*read(json.dumps(line)))


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_both_evaluators_agree(line):
    assert fast(line).answer == decide(line)


def documents(line):
    """Every document of a line, with whether its statements name principals."""
    for name in ATTACHED:
        found = line.get(name) or []
        for document in found if isinstance(found, list) else [found]:
            yield document, name in ("resource_policy", "endpoint_policies")
    for level in line.get("scps", []):
        for document in level["policies"]:
            yield document, False


@settings(max_examples=150, deadline=None)
@given(LINES, st.data())
def test_an_allow_never_takes_away_and_a_deny_never_gives(line, data):
    before = fast(line).answer
    changed = copy.deepcopy(line)
    found = list(documents(changed))
    if not found:
        return
    document, principal = data.draw(st.sampled_from(found))
    extra = data.draw(statements(principal))
    listed = document["Statement"]
    document["Statement"] = [*(listed if isinstance(listed, list) else [listed]), extra]
    after = fast(changed).answer
    if extra["Effect"] == "Allow":
        assert before != Answer.ALLOW or after == Answer.ALLOW
    else:
        assert before == Answer.ALLOW or after != Answer.ALLOW


@settings(max_examples=200, deadline=None)
@given(LINES, CONTEXT, st.sets(st.sampled_from(KEYS), min_size=1, max_size=3))
def test_an_answer_without_all_context_holds_for_any_context(line, context, hidden):
    blurred = copy.deepcopy(line)
    blurred["request"]["context"] = line["request"]["context"] | dict.fromkeys(hidden)
    answer = fast(blurred)
    exact = copy.deepcopy(line)
    known = {key: value for key, value in line["request"]["context"].items() if key not in hidden}
    exact["request"]["context"] = known | {key: value for key, value in context.items() if key in hidden}
    if answer.answer is Answer.CONDITIONAL:
        assert set(answer.conditions) <= hidden
        assert answer.conditions
        assert answer.statements
    else:
        assert (answer.answer == Answer.ALLOW) is (fast(exact).answer == Answer.ALLOW)
        assert answer.answer != Answer.EXPLICIT_DENY or fast(exact).answer == Answer.EXPLICIT_DENY


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_the_trace_names_statements_of_the_deciding_layers(line):
    decision = fast(line)
    assert decision.decided_by
    for cause in decision.statements:
        assert cause.layer in decision.decided_by
        assert cause.rule.allow is (decision.answer is Answer.ALLOW)
        span = cause.span
        text = cause.rule.policy.source.text[span.start : span.end]
        assert json.loads(text)["Effect"] == ("Allow" if cause.rule.allow else "Deny")
    if decision.answer is Answer.IMPLICIT_DENY:
        assert decision.statements == ()
