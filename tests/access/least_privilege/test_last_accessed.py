"""What IAM tells of the last use."""

import json
from pathlib import Path

import pytest

from auditor.access.least_privilege.last_accessed import last_accessed, read_last_accessed
from auditor.errors import InputError

FIXTURE = Path(__file__).parents[3] / "fixtures" / "cloudtrail" / "last_accessed.json"
TIME = "2026-10-01T00:00:00Z"


def service(prefix, *tracked, used=TIME):
    made = {"ServiceNamespace": prefix, "LastAuthenticated": used}
    return made | ({"TrackedActionsLastAccessed": list(tracked)} if tracked else {})


def test_the_output_of_the_aws_cli():
    assert read_last_accessed(str(FIXTURE)) == (("sqs",), ("s3:ListAllMyBuckets",), ())


def test_what_is_not_documented_is_told():
    found = last_accessed([service("nosuch"), service("s3", {"ActionName": "NoSuch", "LastAccessedTime": TIME})])
    assert found == ((), (), ("nosuch", "s3:NoSuch"))


def test_a_service_whose_use_was_of_actions_that_are_not_tracked_counts_whole():
    assert last_accessed([service("s3", {"ActionName": "GetBucketAcl"})]).services == ("s3",)


@pytest.mark.parametrize(
    "entry",
    [None, 5, {}, {"ServiceNamespace": 5, "LastAuthenticated": TIME}, service("s3", used=None)],
)
def test_what_says_nothing_counts_as_nothing(entry):
    assert last_accessed([entry]) == ((), (), ())


def test_odd_actions_count_as_none():
    odd = service("s3", 5, {"ActionName": 5, "LastAccessedTime": TIME})
    assert last_accessed([odd, service("ec2") | {"TrackedActionsLastAccessed": 5}]).services == ("ec2", "s3")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "no list"),
        ({"ServicesLastAccessed": {}}, "no list"),
        ({"ServicesLastAccessed": [], "JobStatus": "IN_PROGRESS"}, "IN_PROGRESS"),
        ({"ServicesLastAccessed": [], "JobStatus": "COMPLETED", "IsTruncated": True}, "first page"),
    ],
)
def test_what_is_not_all_of_it_is_refused(content, reason, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=reason):
        read_last_accessed(str(path))
