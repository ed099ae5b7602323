from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.findings.model import Resource
from auditor.report.sarif_location import MAX_SEGMENT, MAX_SEGMENTS, resource_uri, service_of, snapshot_uri

A = "123456789012"
SEGMENT = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+")


def uri(arn, kind="AWS::IAM::User", region="global", name="name", prefix="aws"):
    return resource_uri(Resource(arn, kind, name, A, region), prefix)


@pytest.mark.parametrize(
    ("arn", "kind", "region", "path"),
    [
        (f"arn:aws:iam::{A}:user/alice", "AWS::IAM::User", "global", "global/iam/user/alice"),
        (f"arn:aws:iam::{A}:user/div/alice", "AWS::IAM::User", "global", "global/iam/user/div/alice"),
        (f"arn:aws:iam::{A}:root", "AWS::IAM::RootUser", "global", "global/iam/root-user/root"),
        (f"arn:aws:iam::{A}:root", "AWS::Account", "global", "global/iam/account/root"),
        (f"arn:aws:iam::{A}:mfa/x", "AWS::IAM::VirtualMFADevice", "global", "global/iam/mfa/x"),
        ("arn:aws:s3:::billing-exports", "AWS::S3::Bucket", "us-east-1", "us-east-1/s3/bucket/billing-exports"),
        (
            f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/x",
            "AWS::Logs::LogGroup",
            "eu-west-1",
            "eu-west-1/logs/log-group/aws/lambda/x",
        ),
        (f"arn:aws-cn:ec2:cn-north-1:{A}:instance/i-1", "AWS::EC2::Instance", "", "cn-north-1/ec2/instance/i-1"),
        (
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "AWS::IAM::ManagedPolicy",
            "global",
            "global/iam/policy/ReadOnlyAccess",
        ),
        (f"arn:aws:iam::{A}:user/a b:c=+,@é", "AWS::IAM::User", "global", "global/iam/user/a%20b/c%3D%2B%2C%40%C3%A9"),
        (f"arn:aws:iam::{A}:role/../x", "AWS::IAM::Role", "global", "global/iam/role/_dotdot/x"),
        (f"arn:aws:iam::{A}:role/./x", "AWS::IAM::Role", "global", "global/iam/role/_dot/x"),
        (f"arn:aws:iam::{A}:", "AWS::IAM::Role", "global", "global/iam/role/unnamed"),
        ("my thing", "AWS::IAM::AccountPasswordPolicy", "", "global/iam/account-password-policy/my%20thing"),
        ("", "AWS::Account", "", "global/account/account/name"),
        ("arn:short", "Custom", "", "global/custom/custom/arn%3Ashort"),
    ],
)
def test_a_path_is_made_of_the_arn(arn, kind, region, path):
    assert uri(arn, kind, region) == f"aws/{A}/{path}.json"


def test_long_names_are_cut_between_characters_and_told_apart():
    first, second = uri(f"arn:aws:iam::{A}:user/{'é' * 300}a"), uri(f"arn:aws:iam::{A}:user/{'é' * 300}b")
    assert first != second
    segment = first.rpartition("/")[2].removesuffix(".json")
    assert len(segment) == MAX_SEGMENT + 9
    assert unquote(segment, errors="strict").startswith("éé")


def test_the_number_of_segments_is_bounded():
    long = uri(f"arn:aws:iam::{A}:user" + "/x" * 10_000)
    assert long.count("/") < MAX_SEGMENTS + 6
    assert len(long) < 1000


@given(
    st.text(max_size=60),
    st.sampled_from(["arn:aws:iam::1:user/", "arn:aws:s3:::", ""]),
    st.sampled_from(["", "a b/../x", "aws"]),
)
def test_every_path_is_one_that_code_scanning_takes(name, start, prefix):
    path = uri(start + name, prefix=prefix)
    parts = urlsplit(path)
    assert not any((parts.scheme, parts.netloc, parts.query, parts.fragment))
    segments = path.split("/")
    assert all(SEGMENT.fullmatch(segment) and segment not in (".", "..") for segment in segments)
    assert ":" not in segments[0]
    assert path.endswith(".json")


@pytest.mark.parametrize(
    ("source", "base", "path"),
    [
        ("prod.json", "", "prod.json"),
        ("./a//b/../prod.json", "/work", "a/prod.json"),
        ("/work/out/prod.json", "/work", "out/prod.json"),
        ("/work/out/prod.json", "/work/", "out/prod.json"),
        ("out/my prod:1.json", "/work", "out/my%20prod%3A1.json"),
        ("a\nb.json", "", "a%0Ab.json"),
        ("/elsewhere/prod.json", "/work", ""),
        ("/workshop/prod.json", "/work", ""),
        ("/work/prod.json", "", ""),
        ("../prod.json", "/work", ""),
        ("a/../../prod.json", "/work", ""),
        ("..", "", ""),
        (".", "", ""),
        ("-", "/work", ""),
        ("", "/work", ""),
        ("..prod.json", "/work", "..prod.json"),
        ("/prod.json", "/", "prod.json"),
    ],
)
def test_a_snapshot_has_a_path_only_below_the_working_directory(source, base, path):
    assert snapshot_uri(source, base) == path


def test_services_go_by_the_name_in_arns():
    assert service_of(Resource("arn:aws:s3:::b", "AWS::S3::Bucket", "b", A)) == "s3"
    assert service_of(Resource("", "AWS::EC2::Instance", "b", A)) == "ec2"
