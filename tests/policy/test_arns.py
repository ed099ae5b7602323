import re
from itertools import product

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy import arns
from auditor.policy.data.partitions import REGIONS
from auditor.policy.globs import Hole, fits
from auditor.policy.patterns import glob, tokens
from auditor.policy.service_data import resource_type, resource_types, services

FORMATS = sorted({known.arn_format for service in services() for known in resource_types(service)})


def test_an_arn_has_five_parts_after_its_prefix():
    assert arns.parse("arn:aws:s3:::a:b") == arns.Arn("aws", "s3", "", "", "a:b")
    assert arns.parse("arn:aws:iam::*:role/x").account == "*"


@pytest.mark.parametrize("text", ["", "*", "arn", "arn:aws:s3", "arn:aws:s3::", "ARN:aws:s3:::b", "x:aws:s3:::b"])
def test_what_is_no_arn_has_no_parts(text):
    assert arns.parse(text) is None


def test_partitions_and_their_regions_are_known():
    assert arns.is_partition("aws-cn")
    assert not arns.is_partition("azure")
    assert arns.is_region("cn-north-1")
    assert arns.is_region("us-gov-west-1", "aws-us-gov")
    assert not arns.is_region("us-gov-west-1", "aws")
    assert not arns.is_region("us-east-1", "azure")
    assert not arns.is_region("us-east-9")


def test_every_region_that_botocore_knows_is_known():
    for partition in get_session().get_data("partitions")["partitions"]:
        regions = {region for region in partition["regions"] if not region.endswith("-global")}
        assert regions <= REGIONS[partition["id"]]


@pytest.mark.parametrize(
    ("service", "region", "account"),
    [("iam", False, True), ("route53", False, False), ("sqs", True, True), ("s3", None, None), ("nope", None, None)],
)
def test_the_formats_tell_what_an_arn_of_a_service_carries(service, region, account):
    assert (arns.has_region(service), arns.has_account(service)) == (region, account)


def test_arns_of_a_service_can_belong_to_another():
    assert {known.service for known in arns.types_of("catalog")} == {"servicecatalog"}
    assert "ssm" in {known.service for known in arns.types_of("ec2")}
    assert all(known.arn_format.split(":")[2] == "ec2" for known in arns.types_of("ec2"))


@pytest.mark.parametrize(
    ("pattern", "action", "answer"),
    [
        ("arn:aws:s3:::bucket", "s3:GetObject", False),
        ("arn:aws:s3:::bucket", "s3:ListBucket", True),
        ("arn:aws:s3:::bucket/*", "s3:GetObject", True),
        ("arn:aws:s3:::bucket/*", "s3:ListBucket", False),
        ("arn:aws:s3:::bucket*", "s3:GetObject", True),
        ("arn:aws:s3:::bucket?key", "s3:GetObject", True),
        ("arn:aws:s3:::${aws:username}/*", "s3:GetObject", True),
        ("arn:aws:s3:::bucket/", "s3:GetObject", False),
        ("arn:aws:*", "s3:GetObject", True),
        ("arn:*/*", "s3:GetObject", True),
        ("arn?aws?s3?::bucket/*", "s3:GetObject", True),
        ("arn:aws:s3::?bucket/*", "s3:GetObject", True),
        ("arn:aws:sqs:?s-east-1:123456789012:queue", "sqs:SendMessage", True),
        ("arn:aws:sqs:*", "s3:GetObject", False),
        ("arn:aws:iam::123456789012:role/*", "iam:PassRole", True),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/*", "iam:PassRole", True),
        ("arn:aws:iam::123456789012:user/*", "iam:PassRole", False),
        ("arn:aws:iam:us-east-1:123456789012:role/a", "iam:PassRole", False),
        ("arn:aws:iam::123456789012:r*", "iam:PassRole", True),
        ("arn:aws:dynamodb:*:*:table/t/index/i", "dynamodb:GetItem", False),
        ("arn:aws:dynamodb:*:*:table/t/index/i", "dynamodb:Query", True),
        ("arn:aws:ec2:*:*:instance/i-1", "ec2:RunInstances", True),
        ("arn:aws:kms:*:111122223333:alias/x", "kms:Encrypt", False),
        ("arn:aws:kms:*:*:alias/x", "kms:Encrypt", False),
        ("arn:*:kms:eu-*-1:111122223333:alias/x", "kms:Encrypt", False),
        ("arn:aws:kms:*:${aws:PrincipalAccount}:alias/x", "kms:Encrypt", False),
        ("arn:aws:kms:*:111122223333:alias/x", "kms:CreateAlias", True),
        ("arn:aws:kms:*:111122223333:key/*", "kms:Encrypt", True),
        ("arn:aws:kms:*/x", "kms:Encrypt", True),
        ("arn:aws:kms:*alias/x", "kms:Encrypt", True),
        ("arn:aws:lambda:*:111122223333:layer:x", "lambda:GetFunction", False),
        ("arn:aws:lambda:*:111122223333:layer:x:1", "lambda:InvokeFunction", False),
        ("arn:aws:lambda:*:111122223333:layer:x:1", "lambda:GetLayerVersion", True),
        ("arn:aws:lambda:*:111122223333:function:x:*", "lambda:InvokeFunction", True),
        ("arn:aws:lambda:*:function:x:live", "lambda:InvokeFunction", True),
        ("arn:aws:lambda:*:function:x", "lambda:InvokeFunction", True),
        ("arn:aws:lambda:*:*:function:*:*", "lambda:InvokeFunction", True),
        ("arn:aws:logs:*:*:log-group:/aws/lambda/*:*", "logs:PutLogEvents", True),
        ("arn:aws:logs:*:*:log-group:x:log-stream:y", "logs:PutLogEvents", True),
        ("arn:aws:logs:*:*:*", "logs:CreateLogGroup", True),
        ("arn:aws:secretsmanager:*:*:secret:team/*", "secretsmanager:GetSecretValue", True),
        ("arn:aws:s3:*:*:bucket/key", "s3:GetObject", True),
        ("*", "s3:ListAllMyBuckets", True),
        ("?", "s3:ListAllMyBuckets", True),
        ("arn:aws:s3:::*", "s3:ListAllMyBuckets", False),
        ("arn:aws:s3:::bucket", "s3:NobodyKnowsThis", True),
        ("arn:aws:s3:::bucket", "nope:Nothing", True),
        ("", "s3:GetObject", False),
        ("arn:aws:backup:us-east-1:123456789012:x", "backup:DeleteRecoveryPoint", False),
    ],
)
def test_a_pattern_can_match_only_resources_of_the_action(pattern, action, answer):
    assert arns.could_match(pattern, frozenset({action})) is answer


def test_a_format_is_known_or_not():
    assert arns.is_known_format("arn:aws:iam::123456789012:role/*")
    assert not arns.is_known_format("arn:aws:iam::123456789012:rolle/x")
    assert not arns.is_known_format("arn:aws:nope:::x")
    assert not arns.is_known_format("role/x")


def filled(form, value):
    """An ARN of a format: every variable, and every star, with a value."""
    return re.sub(r"\$\{\w+\}|\*", value, form)


@pytest.mark.parametrize("value", ["x", "a.b-1"])
def test_an_arn_of_a_format_fits_it(value):
    for form in FORMATS:
        assert arns.fits_format(filled(form, value), form)


@given(st.sampled_from(FORMATS), st.data())
def test_a_pattern_of_an_arn_fits_the_format_of_the_arn(form, data):
    arn = filled(form, "x1")
    start = data.draw(st.integers(0, len(arn)))
    end = data.draw(st.integers(start, len(arn)))
    pattern = arn[:start] + data.draw(st.sampled_from(["*", "**", "?" * (end - start)])) + arn[end:]

    assert arns.fits_format(pattern, form)


@given(st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_a_fit_is_no_guess(form, other):
    """What fits is matched by an ARN of the format: the one whose holes say what the pattern says there."""
    arn = filled(other, "x")
    shape = re.escape(form)
    shape = re.sub(r"\\\$\\\{(?:BucketName|TableBucketName|TableName)\\\}", "[^/]+", shape)
    head, resource = shape.split(":")[:5], ":".join(shape.split(":")[5:])
    variable = r"\\\$\\\{\w+\\\}"
    written = ":".join(re.sub(variable + r"|\\\*", "[^:]*", part) for part in head) + ":"
    written += re.sub(variable, ".+", resource).replace(r"\*", ".*")

    assert arns.fits_format(arn, form) == bool(re.fullmatch(written, arn))


holes = st.sampled_from([Hole(), Hole("b"), Hole(least=1), Hole("ab", 1)])


texts = st.text("ab", max_size=2)


@given(st.text("ab*?", max_size=3), st.tuples(texts, holes, texts, holes))
def test_a_format_fits_where_some_text_of_it_matches(pattern, form):
    """A text that matches needs no more letters in a hole than the pattern has."""
    written = {""}
    for part in form:
        options = {part}
        if isinstance(part, Hole):
            letters = [letter for letter in "abz" if letter not in part.excluded]
            lengths = range(part.least, len(pattern) + 1)
            options = {"".join(chosen) for length in lengths for chosen in product(letters, repeat=length)}
        written = {text + option for text in written for option in options}

    assert fits(tokens(pattern), form) == any(map(glob(pattern), written))


def test_the_formats_of_an_action_are_those_of_its_types():
    assert arns.formats_of("IAM:passrole") == (resource_type("iam", "role").arn_format,)
    assert arns.formats_of("s3:ListAllMyBuckets") == ()
    assert arns.formats_of("nope:Nothing") == ()


def test_long_patterns_take_little_time():
    pattern = "arn:aws:s3:::" + "*a?" * 3_000

    assert arns.could_match(pattern, frozenset({"s3:GetObject"}))
    assert not arns.could_match("arn:aws:sqs:::" + "*a?" * 3_000, frozenset({"s3:ListBucket"}))
