from __future__ import annotations

import json
import runpy
from importlib.metadata import version
from pathlib import Path
from zlib import decompress

import pytest

from auditor.collect import aws_managed_policies

ROOT = Path(__file__).parent.parent.parent
TABLE = ROOT / "auditor" / "data" / "aws_managed_policies.gz"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@pytest.fixture(scope="module")
def text() -> str:
    return decompress(TABLE.read_bytes(), wbits=31).decode("ascii")


@pytest.fixture(scope="module")
def generator() -> dict:
    return runpy.run_path(str(ROOT / "tools" / "gen_aws_managed_policies.py"))


def test_table_is_what_the_generator_gives(text, generator):
    assert generator["table"](generator["installed"](), version("moto")) == text, (
        "pyproject.toml pins the moto that the table is made of: run python -m tools.gen_aws_managed_policies"
    )


def test_table_has_one_line_for_each_policy_sorted_by_arn(text):
    arns = [line.split("\t")[0] for line in text.splitlines()[1:]]
    assert len(arns) > 1500
    assert arns == sorted(set(arns))
    assert all(arn.startswith("arn:aws:iam::aws:policy/") for arn in arns)


def test_every_document_is_a_policy(text):
    for line in text.splitlines()[1:]:
        arn, policy_version, document = line.split("\t")
        assert policy_version.startswith("v"), arn
        assert json.loads(document)["Statement"], arn


def test_generator_gives_the_same_bytes_each_time_and_sorts(generator):
    def policy(path):
        return {
            "Path": path,
            "DefaultVersionId": "v2",
            "Document": {"Version": "2012-10-17", "Statement": []},
        }

    table = generator["table"]({"Second": policy("/service-role/"), "First": policy("/")}, "1.2.3")
    assert table == (
        "# AWS managed policies of partition aws, from moto 1.2.3\n"
        'arn:aws:iam::aws:policy/First\tv2\t{"Version":"2012-10-17","Statement":[]}\n'
        'arn:aws:iam::aws:policy/service-role/Second\tv2\t{"Version":"2012-10-17","Statement":[]}\n'
    )
    assert generator["packed"](table) == generator["packed"](table)
    assert decompress(generator["packed"](table), wbits=31).decode() == table


def test_generator_stops_at_a_path_it_does_not_know(generator):
    with pytest.raises(ValueError, match="policy New has the unknown path /new/"):
        generator["table"]({"New": {"Path": "/new/", "DefaultVersionId": "v1", "Document": {}}}, "1.2.3")


def test_administrator_access_allows_everything():
    document = aws_managed_policies.document(ADMINISTRATOR, "v1")
    assert document is not None
    (statement,) = json.loads(document)["Statement"]
    assert statement == {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert aws_managed_policies.default_version(ADMINISTRATOR) == "v1"


@pytest.mark.parametrize(
    "name",
    [
        "job-function/Billing",
        "service-role/AWSLambdaBasicExecutionRole",
        "aws-service-role/AWSSupportServiceRolePolicy",
        "root-task/IAMDeleteRootUserCredentials",
    ],
)
def test_policies_below_a_path_are_there(name):
    arn = f"arn:aws:iam::aws:policy/{name}"
    default = aws_managed_policies.default_version(arn)
    assert default is not None
    assert aws_managed_policies.document(arn, default)
    # The path is a part of the ARN: the bare name is another policy, or none.
    bare = f"arn:aws:iam::aws:policy/{name.rpartition('/')[2]}"
    assert aws_managed_policies.default_version(bare) is None


def test_another_version_is_not_known():
    assert aws_managed_policies.document(ADMINISTRATOR, "v2") is None


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/AdministratorAccess",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "",
    ],
)
def test_unknown_policies_have_no_document(arn):
    assert aws_managed_policies.document(arn, "v1") is None
    assert aws_managed_policies.default_version(arn) is None
