"""Each table names the page of the IAM User Guide that it rests on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.conditions import compiled, depends_on
from auditor.policy.document import OPERATORS, Policy
from auditor.policy.request import UNKNOWN, Request
from auditor.policy.ternary import MAYBE, NO, YES

ABSENT = object()


def condition(operator, values, version="2012-10-17"):
    statement = {"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {operator: {"x:Key": values}}}
    policy = Policy.parse(json.dumps({"Version": version, "Statement": statement}))
    assert not policy.problems
    return policy.statements[0].conditions[0]


def holds(operator, values, given=ABSENT, *, version="2012-10-17", otherwise=None, **others):
    context = {f"x:{name}": value for name, value in others.items()}
    if given is not ABSENT:
        context["X:kEY"] = given
    request = Request("arn:aws:iam::111122223333:user/ann", "a:b", "*", "", context, otherwise)
    return compiled(condition(operator, values, version), version)(request)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
@pytest.mark.parametrize(
    ("operator", "values", "given", "answer"),
    [
        # Strings: exact, ignoring case, and with wildcards
        ("StringEquals", "a", "a", YES),
        ("StringEquals", "a", "A", NO),
        ("StringEquals", ["a", "b"], "b", YES),
        ("StringEquals", "a*", "ab", NO),
        ("StringEquals", "a*", "a*", YES),
        ("StringEquals", "", "", YES),
        ("StringNotEquals", "a", "b", YES),
        ("StringNotEquals", ["a", "b"], "b", NO),
        ("StringNotEquals", ["a", "b"], "c", YES),
        ("StringEqualsIgnoreCase", "Ab", "aB", YES),
        ("StringEqualsIgnoreCase", "ab", "abc", NO),
        ("StringNotEqualsIgnoreCase", "Ab", "aB", NO),
        ("StringNotEqualsIgnoreCase", "Ab", "c", YES),
        ("StringLike", "a*c", "abc", YES),
        ("StringLike", "a?c", "abc", YES),
        ("StringLike", "a?c", "ac", NO),
        ("StringLike", "A*", "abc", NO),
        ("StringLike", "a.c", "abc", NO),
        ("StringLike", ["", "home/"], "", YES),
        ("StringLike", "a*b", "a\nb", YES),
        ("StringNotLike", "a*", "abc", NO),
        ("StringNotLike", "a*", "b", YES),
        # Numbers
        ("NumericEquals", "10", "10.0", YES),
        ("NumericEquals", 10, "10", YES),
        ("NumericEquals", "9007199254740993", "9007199254740992", NO),
        ("NumericNotEquals", "10", "11", YES),
        ("NumericNotEquals", ["10", "11"], "11", NO),
        ("NumericLessThan", "10", "9.9", YES),
        ("NumericLessThan", "10", "10", NO),
        ("NumericLessThanEquals", "10", "10", YES),
        ("NumericLessThanEquals", ["10", "20"], "15", YES),
        ("NumericGreaterThan", "10", "10", NO),
        ("NumericGreaterThan", "9", "10", YES),
        ("NumericGreaterThanEquals", "10", "10", YES),
        ("NumericEquals", "10", "ten", NO),
        ("NumericLessThan", "ten", "1", NO),
        ("NumericNotEquals", "10", "ten", YES),
        # Dates
        ("DateEquals", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", YES),
        ("DateEquals", "2024-01-01T00:00:00Z", "1704067200", YES),
        ("DateNotEquals", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z", YES),
        ("DateLessThan", "2024-01-01", "2023-12-31T23:59:59Z", YES),
        ("DateLessThan", "2024-01-01", "2024-01-01T00:00:00Z", NO),
        ("DateLessThanEquals", "2024-01-01", "2024-01-01T00:00:00Z", YES),
        ("DateGreaterThan", "2020-01-01T00:00:01Z", "2020-01-01T00:00:02Z", YES),
        ("DateGreaterThanEquals", "2020-01-01", "2019-12-31", NO),
        ("DateLessThan", "2024-01-01", "yesterday", NO),
        ("DateNotEquals", "2024-01-01", "yesterday", YES),
        # Booleans
        ("Bool", "true", "true", YES),
        ("Bool", True, "True", YES),
        ("Bool", "TRUE", True, YES),
        ("Bool", "false", "true", NO),
        ("Bool", ["true", "false"], "false", YES),
        ("Bool", "yes", "yes", NO),
        ("Bool", "true", "1", NO),
        # Bytes
        ("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", YES),
        ("BinaryEquals", "QQ==", "Qg==", NO),
        ("BinaryEquals", "not base 64", "not base 64", NO),
        # Addresses
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", YES),
        ("IpAddress", "203.0.113.0/24", "203.0.114.0", NO),
        ("IpAddress", "203.0.113.7", "203.0.113.7", YES),
        ("IpAddress", "203.0.113.9/24", "203.0.113.200", YES),
        ("IpAddress", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678:ffff::1", YES),
        ("IpAddress", "0.0.0.0/0", "2001:db8::1", NO),
        ("IpAddress", "203.0.113.0/24", "somewhere", NO),
        ("IpAddress", "203.0.113.0/99", "203.0.113.1", NO),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", NO),
        ("NotIpAddress", ["203.0.113.0/24", "192.0.2.0/24"], "198.51.100.1", YES),
        ("NotIpAddress", "203.0.113.0/24", "somewhere", YES),
        # ARNs: Equals and Like behave alike, segment by segment
        ("ArnEquals", "arn:aws:sns:*:111122223333:t", "arn:aws:sns:us-east-1:111122223333:t", YES),
        ("ArnLike", "arn:aws:sns:*:111122223333:t", "arn:aws:sns:us-east-1:111122223333:t", YES),
        ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:us-east-1:111122223333:t", NO),
        ("ArnLike", "arn:aws:iam::*:role/a?", "arn:aws:iam::111122223333:role/ab", YES),
        ("ArnLike", "arn:aws:iam::*:role/A", "arn:aws:iam::111122223333:role/a", NO),
        ("ArnNotEquals", "arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:111122223333:t", NO),
        ("ArnNotLike", "arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:111122223333:u", YES),
        # Null asks for the key
        ("Null", "true", "a", NO),
        ("Null", "false", "a", YES),
        ("Null", True, ABSENT, YES),
        ("Null", "false", ABSENT, NO),
        ("Null", ["true", "false"], "a", YES),
        ("Null", "true", [], YES),
        ("Null", "perhaps", "a", NO),
    ],
)
def test_operators(operator, values, given, answer):
    assert holds(operator, values, given) == answer
    assert holds(operator.upper(), values, given) == answer


# "Null ... and its value is not null"; of a set, "a null dataset, such as an empty string", is null.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
@pytest.mark.parametrize(
    ("key", "given", "null"),
    [
        ("aws:TagKeys", "", True),
        ("aws:TagKeys", ["", "a"], False),
        ("aws:TagKeys", "a", False),
        ("x:Key", "", True),
        ("s3:prefix", "", False),
        ("aws:RequestTag/team", "", False),
    ],
)
def test_an_empty_text_is_null_where_there_may_be_several(key, given, null):
    request = Request("arn:aws:iam::111122223333:user/ann", "a:b", context={key: given})
    for value, wanted in (("true", null), ("false", not null)):
        asked = condition("Null", value)._replace(key=key.lower())
        assert compiled(asked, "2012-10-17")(request) == (YES if wanted else NO)


ALL = sorted(OPERATORS - {"null"})
NEGATED = [operator for operator in ALL if "not" in operator]
SAMPLE = {"numeric": "1", "date": "2024-01-01", "bool": "true", "binary": "QQ==", "arn": "arn:aws:s3:::b"}
SAMPLE |= {"ipaddress": "192.0.2.1", "notip": "192.0.2.1", "string": "a"}


def sample(operator):
    return next(value for prefix, value in SAMPLE.items() if operator.startswith(prefix))


# "If the key ... is not present in the request context, the values do not match", and negated operators then hold.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
@pytest.mark.parametrize("operator", ALL)
def test_an_absent_key(operator):
    value = sample(operator)
    assert holds(operator, value) == (YES if operator in NEGATED else NO)
    assert holds(operator, value, []) == holds(operator, value)
    # #Conditions_IfExists
    assert holds(operator + "IfExists", value) == YES
    assert holds(operator + "IfExists", value, value) == holds(operator, value, value)
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    assert holds("ForAllValues:" + operator, value) == YES
    assert holds("ForAnyValue:" + operator, value) == NO
    assert holds("ForAnyValue:" + operator + "IfExists", value) == YES


@pytest.mark.parametrize("operator", ALL)
def test_no_values_in_the_policy_match_nothing(operator):
    value = sample(operator)
    assert holds(operator, [], value) == (YES if operator in NEGATED else NO)
    assert holds("ForAllValues:" + operator, []) == YES
    assert holds("ForAllValues:" + operator, [], value) == (YES if operator in NEGATED else NO)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
@pytest.mark.parametrize(
    ("operator", "values", "given", "answer"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], YES),
        ("ForAllValues:StringEquals", ["a", "b", "c"], ["a"], YES),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], NO),
        ("ForAllValues:StringEquals", ["a"], [], YES),
        ("ForAllValues:StringEquals", ["a"], "", YES),
        ("ForAllValues:StringEquals", ["a"], "b", NO),
        ("ForAnyValue:StringEquals", ["a", "b"], ["b", "c"], YES),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c"], NO),
        ("ForAnyValue:StringEquals", ["a"], [], NO),
        ("ForAnyValue:StringEquals", ["a", ""], "", NO),
        ("ForAnyValue:StringEqualsIfExists", ["a", ""], "", NO),
        # Of a negated operator each request value must match none of the policy's
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], YES),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], NO),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], YES),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], NO),
        ("ForAllValues:StringLike", ["a*"], ["ab", "ac"], YES),
        ("ForAnyValue:ArnLike", ["arn:aws:iam::*:role/a"], ["x", "arn:aws:iam::111122223333:role/a"], YES),
        ("ForAllValues:NumericLessThan", ["3"], ["1", "2"], YES),
        # Without a set operator one value that matches is enough, and a negated operator spares none
        ("StringEquals", ["a"], ["a", "b"], YES),
        ("StringEquals", ["a"], ["b", "c"], NO),
        ("StringNotEquals", ["a"], ["a", "b"], NO),
        ("StringNotEquals", ["a"], ["b", "c"], YES),
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
        ("ForAllValues:Null", "true", "a", YES),
        ("ForAllValues:Null", "false", ABSENT, YES),
        ("ForAnyValue:Null", "false", "a", NO),
    ],
)
def test_set_operators(operator, values, given, answer):
    assert holds(operator, values, given) == answer


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
@pytest.mark.parametrize(
    ("operator", "values", "given", "answer"),
    [
        ("StringEquals", "${x:Tag}", "red", YES),
        ("StringEquals", "${x:Tag}", "${x:Tag}", NO),
        ("StringEqualsIgnoreCase", "${x:Tag}", "RED", YES),
        ("StringLike", "${x:Tag}/*", "red/a", YES),
        ("StringLike", "${x:Star}", "anything", NO),
        ("StringLike", "${x:Star}", "*", YES),
        ("StringLike", "a${*}", "ab", NO),
        ("StringEquals", "a${*}", "a*", YES),
        ("ArnLike", "arn:aws:s3:::${x:Tag}-*", "arn:aws:s3:::red-b", YES),
        ("Bool", "${x:Flag}", "true", YES),
        ("StringEquals", "${x:None}", "", NO),
        ("StringEquals", "${x:None, 'd'}", "d", YES),
        ("StringNotEquals", "${x:None}", "a", YES),
        ("StringNotLike", ["${x:None}", "a"], "a", NO),
        ("StringEquals", ["${x:None}", "a"], "a", YES),
        # Numeric, Date, Binary and IP operators have no variables
        ("NumericEquals", "${x:Number}", "1", NO),
        ("IpAddress", "${x:Address}", "192.0.2.1", NO),
    ],
)
def test_variables(operator, values, given, answer):
    others = {"Tag": "red", "Star": "*", "Flag": "true", "Number": "1", "Address": "192.0.2.1"}
    assert holds(operator, values, given, **others) == answer


def test_the_old_version_has_no_variables():
    old = "2008-10-17"
    assert holds("StringEquals", "${x:Tag}", "red", version=old, Tag="red") == NO
    assert holds("StringEquals", "${x:Tag}", "${x:Tag}", version=old, Tag="red") == YES
    assert holds("StringLike", "${*}", "${anything}", version=old) == YES


@pytest.mark.parametrize(
    "operator", [*ALL, "null", "ForAllValues:StringLike", "ForAnyValue:Bool", "StringEqualsIfExists"]
)
def test_an_unknown_key_leaves_doubt(operator):
    assert holds(operator, "true", UNKNOWN) == MAYBE
    assert holds(operator, "true", otherwise=UNKNOWN) == MAYBE


def test_an_unknown_variable_leaves_doubt_only_where_it_matters():
    assert holds("StringEquals", "${x:Tag}", "red", Tag=UNKNOWN) == MAYBE
    assert holds("StringNotEquals", "${x:Tag}", "red", Tag=UNKNOWN) == MAYBE
    assert holds("StringEquals", ["${x:Tag}", "red"], "red", Tag=UNKNOWN) == YES
    assert holds("ForAllValues:StringEquals", ["${x:Tag}", "red"], ["red", "blue"], Tag=UNKNOWN) == MAYBE
    assert holds("StringEquals", "${x:Tag}", Tag=UNKNOWN) == NO


@pytest.mark.parametrize(
    ("operator", "values", "given", "answer"),
    [
        ("StringEquals", "team-${x:Tag}", "red", NO),
        ("StringNotEquals", "team-${x:Tag}", "red", YES),
        ("StringEquals", "team-${x:Tag}", "team-a", MAYBE),
        ("StringEquals", "${x:Tag}${x:Other}", "blue", MAYBE),
        ("StringEquals", "${x:Tag}${x:Other}", "red", NO),
        ("StringEquals", "${x:Tag}*", "red", NO),
        ("StringEquals", "${x:Tag}*", "red*", MAYBE),
        ("StringLike", "home/${x:Tag}/*", "docs/", NO),
        ("StringLike", "home/${x:Tag}/*", "home/a/b", MAYBE),
        ("StringLike", ["home/${x:Tag}/*", "docs/*"], "docs/", YES),
        ("StringEqualsIgnoreCase", "Team-${x:Tag}", "tEAM-a", MAYBE),
        ("StringEqualsIgnoreCase", "Team-${x:Tag}", "red", NO),
        ("ArnLike", "arn:aws:s3:::${x:Tag}", "arn:aws:sqs:::a", NO),
        ("ArnLike", "arn:aws:iam::1:${x:Tag}", "arn:aws:iam::1:user/a", MAYBE),
        ("Bool", "${x:Tag}", "true", MAYBE),
        ("ForAllValues:StringLike", "a${x:Tag}", ["ab", "b"], NO),
        ("ForAnyValue:StringLike", "a${x:Tag}", ["ab", "b"], MAYBE),
    ],
)
def test_an_unknown_variable_leaves_no_doubt_where_no_value_of_it_fits(operator, values, given, answer):
    assert holds(operator, values, given, Tag=UNKNOWN, Other="blue") == answer


# Whether the key is absent, empty or has any values.
@pytest.mark.parametrize(
    ("operator", "values", "answer"),
    [
        ("Null", ["true", "false"], YES),
        ("Null", "perhaps", NO),
        ("Null", "true", MAYBE),
        ("StringEquals", [], NO),
        ("StringEqualsIfExists", [], MAYBE),
        ("StringNotEquals", [], YES),
        ("ForAnyValue:StringEquals", [], NO),
        ("ForAnyValue:StringNotEquals", [], MAYBE),
        ("ForAllValues:StringNotEquals", [], YES),
        ("ForAllValues:StringEquals", [], MAYBE),
        ("StringLikeIfExists", "*", YES),
        ("StringLikeIfExists", ["a", "*"], YES),
        ("ArnLikeIfExists", "**", MAYBE),
        ("StringLike", "*", MAYBE),
        ("StringNotLike", "*", MAYBE),
        ("StringEqualsIfExists", "*", MAYBE),
        ("ArnLikeIfExists", "*", YES),
        ("ForAllValues:StringLike", "*", YES),
        ("ForAnyValue:StringLikeIfExists", "*", MAYBE),
        ("ForAnyValue:StringNotLike", "*", NO),
        ("ForAllValues:Null", "true", YES),
    ],
)
def test_an_unknown_key_leaves_no_doubt_where_it_does_not_matter(operator, values, answer):
    assert holds(operator, values, UNKNOWN) == answer
    if answer != MAYBE:
        assert {holds(operator, values, given) for given in (ABSENT, [], "", "a", ["a", "b"])} == {answer}


def test_what_a_condition_depends_on():
    version = "2012-10-17"
    found = depends_on(condition("StringLike", ["${x:Tag}", "a"]), version)
    assert found == {"x:key": "x:Key", "x:tag": "x:Tag"}
    assert depends_on(condition("NumericEquals", "${x:Tag}"), version) == {"x:key": "x:Key"}
    assert depends_on(condition("StringLike", "${x:Tag}", "2008-10-17"), "2008-10-17") == {"x:key": "x:Key"}


VALUES = st.sampled_from(
    ["a", "A", "1", "true", "2024-01-01", "192.0.2.0/24", "192.0.2.1", "*", "arn:aws:s3:::b", "", "QQ=="]
)


@given(
    st.sampled_from(ALL),
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(["", "IfExists"]),
    st.lists(VALUES, max_size=3),
    st.lists(VALUES | st.text(max_size=5), max_size=3),
)
def test_laws(operator, quantifier, suffix, values, given):
    written = quantifier + operator + suffix
    answer = holds(written, values, given)
    assert answer in (NO, YES)
    # What is true of an absent key is true of an empty set.
    assert holds(written, values) == holds(written, values, [])
    # IfExists only ever adds.
    assert holds(quantifier + operator + "IfExists", values, given) >= holds(quantifier + operator, values, given)
    # A positive operator holds more the more values it lists, a negated one less.
    more = holds(written, [*values, "a"], given)
    assert more <= answer if operator in NEGATED else more >= answer
