import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.request import UNKNOWN, Principal, PrincipalError, PrincipalKind, Request, RequestError

HERE = "111122223333"
USER = f"arn:aws:iam::{HERE}:user/team/ann"


@pytest.mark.parametrize(
    ("text", "kind", "account"),
    [
        (USER, PrincipalKind.USER, HERE),
        (f"arn:aws-cn:iam::{HERE}:role/a/b", PrincipalKind.ROLE, HERE),
        (f"arn:aws-us-gov:sts::{HERE}:assumed-role/b/s@x", PrincipalKind.ROLE, HERE),
        (f"arn:aws:sts::{HERE}:federated-user/ann", PrincipalKind.FEDERATED, HERE),
        (f"arn:aws:iam::{HERE}:root", PrincipalKind.ROOT, HERE),
        (HERE, PrincipalKind.ROOT, HERE),
        ("a" * 64, PrincipalKind.ROOT, ""),
        ("ec2.amazonaws.com", PrincipalKind.SERVICE, ""),
        ("ec2.amazonaws.com.cn", PrincipalKind.SERVICE, ""),
        ("accounts.google.com", PrincipalKind.PROVIDER, ""),
        ("cognito-identity.amazonaws.com", PrincipalKind.PROVIDER, ""),
        (f"arn:aws:iam::{HERE}:oidc-provider/example.com/x", PrincipalKind.PROVIDER, ""),
    ],
)
def test_principals_by_their_text(text, kind, account):
    principal = Principal.parse(text)
    assert (principal.kind, principal.account, principal.text) == (kind, account, text)


# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
@pytest.mark.parametrize(
    ("principal", "action", "account"),
    [
        (USER, "kms:Decrypt", (HERE,)),
        (HERE, "KMS:ListKeys", (HERE,)),
        (f"arn:aws:sts::{HERE}:assumed-role/dev/s", "kms:Decrypt", (HERE,)),
        (USER, "s3:GetObject", None),
        ("ec2.amazonaws.com", "kms:Decrypt", None),
        (Principal.anonymous(), "kms:Decrypt", None),
    ],
)
def test_kms_tells_the_account_of_the_caller(principal, action, account):
    assert Request(principal, action).context.get("kms:calleraccount") == account
    given = Request(principal, action, context={"kms:CallerAccount": "444455556666"})
    assert given.context["kms:calleraccount"] == ("444455556666",)


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "ann", "11112222333", "a b.amazonaws.com", "arn:aws:s3:::bucket", f"arn:aws:iam::{HERE}:group/g"),
        *(f"arn:aws:iam::{HERE}:user", f"arn:aws:sts::{HERE}:assumed-role/r", f"arn:aws:iam::{HERE}:root/x"),
        *("arn:aws:iam::1:root", "arn:aws:iam::aws:root", f"arn:aws:sts::{HERE}:user/x", "AIDACKCEVSQ6C2EXAMPLE"),
    ],
)
def test_what_names_no_principal(text):
    with pytest.raises(PrincipalError):
        Principal.parse(text)


def test_an_account_can_be_added_where_the_text_has_none():
    assert Principal.parse("a" * 64, HERE).account == HERE
    assert Principal.parse(USER, "444455556666").account == HERE


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
@pytest.mark.parametrize(
    ("principal", "keys"),
    [
        (
            USER,
            {
                "aws:principalarn": (USER,),
                "aws:principalaccount": (HERE,),
                "aws:principaltype": ("User",),
                "aws:principalisawsservice": ("false",),
                "aws:username": ("ann",),
            },
        ),
        (
            f"arn:aws:sts::{HERE}:assumed-role/dev/s",
            {
                "aws:principalarn": (f"arn:aws:iam::{HERE}:role/dev",),
                "aws:principalaccount": (HERE,),
                "aws:principaltype": ("AssumedRole",),
                "aws:principalisawsservice": ("false",),
            },
        ),
        (
            f"arn:aws:sts::{HERE}:federated-user/bob",
            {
                "aws:principalarn": (f"arn:aws:sts::{HERE}:federated-user/bob",),
                "aws:principalaccount": (HERE,),
                "aws:principaltype": ("FederatedUser",),
                "aws:principalisawsservice": ("false",),
                "aws:userid": (f"{HERE}:bob",),
            },
        ),
        (
            HERE,
            {
                "aws:principalarn": (f"arn:aws:iam::{HERE}:root",),
                "aws:principalaccount": (HERE,),
                "aws:principaltype": ("Account",),
                "aws:principalisawsservice": ("false",),
                "aws:userid": (HERE,),
            },
        ),
        (
            "ec2.amazonaws.com",
            {
                "aws:principalisawsservice": ("true",),
                "aws:principalservicename": ("ec2.amazonaws.com",),
                "aws:principalservicenameslist": ("ec2.amazonaws.com",),
            },
        ),
        ("accounts.google.com", {"aws:federatedprovider": ("accounts.google.com",)}),
        (
            Principal.anonymous(),
            {
                "aws:principalaccount": ("anonymous",),
                "aws:principaltype": ("Anonymous",),
                "aws:userid": ("anonymous",),
            },
        ),
    ],
)
def test_keys_that_follow_from_the_principal(principal, keys):
    request = Request(principal, "a:b", "*", "444455556666")
    assert request.context == {**keys, "aws:resourceaccount": ("444455556666",)}


def test_what_is_given_wins():
    request = Request(USER, "a:b", "*", "", {"AWS:UserName": None, "aws:PrincipalType": "x", "aws:x": UNKNOWN})
    assert request.context["aws:username"] is None
    assert request.context["aws:principaltype"] == ("x",)
    assert request.context["aws:x"] is UNKNOWN
    assert request.context["aws:principalaccount"] == (HERE,)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("a", ("a",)),
        (True, ("true",)),
        (7, ("7",)),
        (1.5, ("1.5",)),
        ([], ()),
        (["a", False, 2], ("a", "false", "2")),
        (("a",), ("a",)),
    ],
)
def test_values_become_text(given, values):
    assert Request(USER, "a:b", "*", "", {"x:y": given}).context["x:y"] == values


@pytest.mark.parametrize("given", [b"a", {}, {"a": 1}, object(), [None], [["a"]], [{}]])
def test_what_is_no_value(given):
    with pytest.raises(RequestError):
        Request(USER, "a:b", "*", "", {"x:y": given})


@pytest.mark.parametrize("action", ["", "GetObject", ":GetObject", "s3:", "*"])
def test_what_is_no_action(action):
    with pytest.raises(RequestError):
        Request(USER, action)


@pytest.mark.parametrize(
    ("resource", "given", "account"),
    [
        ("arn:aws:sqs:eu-west-1:444455556666:q", "", "444455556666"),
        ("arn:aws:sqs:eu-west-1:444455556666:q", "555566667777", "555566667777"),
        ("arn:aws:s3:::b", "", HERE),
        ("*", "", HERE),
        ("arn:aws:iam::aws:policy/x", "", HERE),
    ],
)
def test_whose_the_resource_is(resource, given, account):
    assert Request(USER, "a:b", resource, given).resource_account == account


def test_of_an_anonymous_request_for_a_bucket_the_account_is_not_known():
    request = Request(Principal.anonymous(), "s3:GetObject", "arn:aws:s3:::b/a")
    assert request.resource_account == ""
    assert "aws:resourceaccount" not in request.context


def test_a_request_shows_what_it_is():
    assert repr(Request(USER, "s3:GetObject", "*")).startswith(f"Request({USER!r}, 's3:GetObject', '*', '{HERE}', ")


@given(st.text() | st.from_regex(r"arn:aws:(iam|sts)::[0-9]{12}:[a-z-]+(/[a-z/]*)?"))
def test_no_text_raises_anything_else(text):
    try:
        principal = Principal.parse(text)
    except PrincipalError:
        return
    assert Request(principal, "a:b").principal.text == text
