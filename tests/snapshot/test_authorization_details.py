"""Raw entries of GetAccountAuthorizationDetails, in the shape of the snapshot."""

import json
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.snapshot import authorization_details as shape
from auditor.snapshot.iam import ManagedPolicy, Role

DOCUMENT = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
TEXT = json.dumps(DOCUMENT, indent=2)
ARN = "arn:aws:iam::111122223333"
USER = {"UserName": "alice", "Arn": f"{ARN}:user/alice", "CreateDate": "2024-01-01T00:00:00+00:00"}
ROLE = {"RoleName": "r", "Arn": f"{ARN}:role/r", "CreateDate": "2024-01-01T00:00:00+00:00"}


def only(entries):
    (entry,) = entries
    return entry


def test_a_user_is_keyed_by_name_and_its_lists_are_sorted():
    raw = USER | {
        "Path": "/staff/",
        "UserId": "AIDAEXAMPLE",
        "GroupList": ["b", "a"],
        "AttachedManagedPolicies": [
            {"PolicyArn": f"{ARN}:policy/z", "PolicyName": "z"},
            {"PolicyArn": f"{ARN}:policy/a"},
        ],
        "UserPolicyList": [{"PolicyName": name, "PolicyDocument": quote(TEXT, safe="")} for name in ("q", "p")],
        "Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}],
        "PermissionsBoundary": {"PermissionsBoundaryArn": f"{ARN}:policy/b", "PermissionsBoundaryType": "Policy"},
        "PasswordLastUsed": "left out",
    }
    assert only(shape.users([raw])) == (
        "alice",
        {
            **USER,
            "Path": "/staff/",
            "UserId": "AIDAEXAMPLE",
            "GroupList": ["a", "b"],
            "AttachedManagedPolicies": [
                {"PolicyArn": f"{ARN}:policy/a", "PolicyName": "a"},
                {"PolicyArn": f"{ARN}:policy/z", "PolicyName": "z"},
            ],
            "UserPolicyList": [{"PolicyName": name, "PolicyDocument": TEXT} for name in ("p", "q")],
            "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
            "PermissionsBoundary": {"PermissionsBoundaryArn": f"{ARN}:policy/b", "PermissionsBoundaryType": "Policy"},
        },
    )


def test_a_bare_entry_has_empty_lists():
    name, user = only(shape.users([USER]))
    assert [user[key] for key in ("GroupList", "AttachedManagedPolicies", "UserPolicyList", "Tags")] == [[]] * 4
    group = {"GroupName": "g", "Arn": f"{ARN}:group/g", "CreateDate": "2024-01-01"}
    assert only(shape.groups([group])) == ("g", {**group, "GroupPolicyList": [], "AttachedManagedPolicies": []})
    assert name == "alice"


@pytest.mark.parametrize("document", [DOCUMENT, TEXT, quote(TEXT, safe=""), quote(TEXT)])
def test_documents_are_text_whatever_form_they_had(document):
    _, role = only(shape.roles([ROLE | {"AssumeRolePolicyDocument": document}]))
    assert json.loads(role["AssumeRolePolicyDocument"]) == DOCUMENT
    assert Role.model_validate(role).role_last_used.region is None


def test_a_missing_document_is_empty_text():
    _, role = only(shape.roles([ROLE | {"RolePolicyList": [{"PolicyName": "p"}]}]))
    assert role["AssumeRolePolicyDocument"] == role["RolePolicyList"][0]["PolicyDocument"] == ""


def policy(*versions, **more):
    listed = [{"VersionId": version, "Document": document} for version, document in versions]
    return {"Arn": f"{ARN}:policy/p", "PolicyName": "p", "DefaultVersionId": "v2", "PolicyVersionList": listed} | more


def test_a_policy_has_the_document_of_its_default_version():
    raw = policy(("v1", {"old": 1}), ("v2", quote(TEXT)), AttachmentCount=3, IsAttachable=True, UpdateDate=None)
    arn, found = only(shape.policies([raw]))
    assert found == {
        "Arn": arn, "PolicyName": "p", "AttachmentCount": 3, "DefaultVersionId": "v2", "Document": TEXT,
        "OtherVersions": [{"VersionId": "v1", "Document": '{"old":1}'}],
    }  # fmt: skip
    assert ManagedPolicy.model_validate(found).document == TEXT


def test_other_versions_of_aws_policies_are_left_out():
    raw = policy(("v1", {"old": 1}), ("v2", TEXT)) | {"Arn": "arn:aws:iam::aws:policy/p"}
    assert "OtherVersions" not in only(shape.policies([raw]))[1]


@pytest.mark.parametrize("versions", [(), (("v1", TEXT),), (("v2", TEXT), ("v2", "{}"))])
def test_a_policy_without_one_default_version_cannot_be_read(versions):
    assert only(shape.policies([policy(*versions)]))[1]["Document"] == ""


@pytest.mark.parametrize(
    ("function", "raw", "problem"),
    [
        (shape.users, "x", "UserDetailList[0] is not an object"),
        (shape.users, {}, "UserDetailList[0] has no UserName"),
        (shape.users, {"UserName": 1}, "UserDetailList[0] has no UserName"),
        (shape.users, {"UserName": "a"}, '"a" has no Arn'),
        (shape.users, USER | {"GroupList": "Admins"}, 'GroupList of "alice" is not a list of texts'),
        (shape.users, USER | {"GroupList": [1]}, 'GroupList of "alice" is not a list of texts'),
        (shape.users, USER | {"Tags": ["x"]}, 'Tags of "alice" is not a list of objects'),
        (shape.users, USER | {"Tags": [{"Value": "x"}]}, 'an entry of Tags of "alice" has no Key'),
        (shape.users, USER | {"AttachedManagedPolicies": [{}]}, 'an entry of AttachedManagedPolicies of "alice" has'),
        (shape.groups, {}, "GroupDetailList[0] has no GroupName"),
        (shape.roles, {"RoleName": "r" * 1000}, '"rrrr'),
        (shape.policies, {"Arn": "a"}, '"a" has no DefaultVersionId'),
    ],
)
def test_entries_that_are_not_as_described_are_refused(function, raw, problem):
    with pytest.raises(InputError) as raised:
        list(function([raw]))
    assert str(raised.value).startswith(problem)
    assert len(str(raised.value)) < 300


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet='"%20372CABab {}[]:,/*\n\té€+~') | st.text())
@example("%2522 %25%32 %")
@example("%e2%82%ac %E2%82 %C3")
def test_percent_encoding_is_undone_as_the_standard_library_does(text):
    document = '{"Sid": "' + text + '"}'
    assert shape.document(document) == document
    assert shape.document(quote(document, safe="")) == document
    if "{" not in text:
        assert shape.document(text) == unquote(text)


@pytest.mark.parametrize(
    ("arn", "aws"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws-cn:iam::aws:policy/job-function/Billing", True),
        ("arn:aws:iam::111122223333:policy/mine", False),
        ("arn:aws:iam::111122223333:policy/:iam::aws:policy/AdministratorAccess", False),
        ("", False),
    ],
)
def test_aws_managed_policies_are_known_by_the_account_of_their_arn(arn, aws):
    assert shape.is_aws_managed(arn) is aws
