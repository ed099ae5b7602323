"""What `auditor policy simulate` answers, case by case, as AWS documents the evaluation of requests.

EVAL is reference_policies_evaluation-logic.html of the IAM User Guide and the pages below it, OPS is
reference_policies_elements_condition_operators.html, SETS is
reference_policies_condition-single-vs-multi-valued-context-keys.html, VARS is reference_policies_variables.html.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.policy.simulate import SimulationError, simulate

HERE, THERE, MANAGEMENT = "111122223333", "444455556666", "999999999999"
USER, ROLE = f"arn:aws:iam::{HERE}:user/ann", f"arn:aws:iam::{HERE}:role/app/dev"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/dev/ann"
OTHER_SESSION = f"arn:aws:sts::{HERE}:assumed-role/dev/bob"
FEDERATED = f"arn:aws:sts::{HERE}:federated-user/ann"
ROOT = f"arn:aws:iam::{HERE}:root"
FAR = f"arn:aws:iam::{THERE}:user/zoe"
LINKED = f"arn:aws:sts::{HERE}:assumed-role/AWSServiceRoleForECS/s"
ANYBODY: dict[str, Any] = {"anonymous": True}
SERVICE = "cloudtrail.amazonaws.com"
OBJECT, QUEUE = "arn:aws:s3:::docs/a.txt", f"arn:aws:sqs:eu-west-1:{HERE}:q"
KEY, TARGET = f"arn:aws:kms:eu-west-1:{HERE}:key/1234", f"arn:aws:iam::{HERE}:role/target"

ALLOW, IMPLICIT, EXPLICIT, CONDITIONAL = "allow", "implicit_deny", "explicit_deny", "conditional"


def doc(effect: str = "Allow", version: str | None = "2012-10-17", **elements: Any) -> dict[str, Any]:
    statement = {"Effect": effect, **elements}
    if "NotAction" not in statement:
        statement.setdefault("Action", "*")
    if "NotResource" not in statement:
        statement.setdefault("Resource", "*")
    return {**({"Version": version} if version else {}), "Statement": statement}


def to(*names: str, **elements: Any) -> dict[str, Any]:
    """A resource policy that allows AWS principals, or anyone."""
    return doc(Principal={"AWS": list(names)} if names else "*", **elements)


def trust(principal: Any, action: str = "sts:AssumeRole", **elements: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Principal": principal, "Action": action, **elements}}


FULL, OTHER, DENY = doc(), doc(Action="ec2:*"), doc("Deny")
OWN: dict[str, Any] = {"identity_policies": [FULL]}


def ask(principal: Any = USER, action: str = "s3:GetObject", resource: str = OBJECT, **more: Any) -> dict[str, Any]:
    context = more.pop("context", {})
    account = more.pop("account", HERE)
    request = {
        "principal": principal,
        "action": action,
        "resource": resource,
        "resource_account": account,
        "context": context,
    }
    return simulate(json.dumps({"request": request, **more}))


def levels(*policies: Any) -> list[dict[str, Any]]:
    return [{"id": f"level-{number}", "policies": [each]} for number, each in enumerate(policies)]


# -- Within an account -------------------------------------------------------------------------------------------------

BOUND, CONFINED = {"permission_boundaries": [OTHER]}, {"session_policy": OTHER}
LOOSE = {"permission_boundaries": [FULL], "session_policy": FULL}

# EVAL_policy-eval-denyallow and access_policies_boundaries.html: what an Allow of the resource's policy needs besides
WITHIN: list[tuple[str, Any, dict[str, Any], str]] = [
    ("nothing", USER, {}, IMPLICIT),
    ("own policy", USER, OWN, ALLOW),
    ("own policy of another service", USER, {"identity_policies": [OTHER]}, IMPLICIT),
    ("two own policies", USER, {"identity_policies": [OTHER, FULL]}, ALLOW),
    ("own deny", USER, {"identity_policies": [FULL, DENY]}, EXPLICIT),
    ("boundary alone", USER, {"permission_boundaries": [FULL]}, IMPLICIT),
    ("boundary and own", USER, {**OWN, "permission_boundaries": [FULL]}, ALLOW),
    ("boundary without", USER, {**OWN, **BOUND}, IMPLICIT),
    ("boundary denies", USER, {**OWN, "permission_boundaries": [FULL, DENY]}, EXPLICIT),
    ("session policy", SESSION, {**OWN, "session_policy": FULL}, ALLOW),
    ("session policy alone", SESSION, {"session_policy": FULL}, IMPLICIT),
    ("session policy without", SESSION, {**OWN, **CONFINED}, IMPLICIT),
    ("session policy denies", SESSION, {**OWN, "session_policy": DENY}, EXPLICIT),
    ("resource names user", USER, {"resource_policy": to(USER)}, ALLOW),
    ("resource names user, boundary", USER, {"resource_policy": to(USER), **BOUND}, ALLOW),
    (
        "resource names user, boundary denies",
        USER,
        {"resource_policy": to(USER), "permission_boundaries": [DENY]},
        EXPLICIT,
    ),
    ("resource names account", USER, {"resource_policy": to(HERE)}, IMPLICIT),
    ("resource names account, own", USER, {"resource_policy": to(ROOT), **OWN}, ALLOW),
    ("resource names role", SESSION, {"resource_policy": to(ROLE)}, ALLOW),
    ("resource names role, boundary", SESSION, {"resource_policy": to(ROLE), **BOUND}, IMPLICIT),
    ("resource names role, session policy", SESSION, {"resource_policy": to(ROLE), **CONFINED}, IMPLICIT),
    ("resource names role, both allow", SESSION, {"resource_policy": to(ROLE), **LOOSE}, ALLOW),
    ("resource names session", SESSION, {"resource_policy": to(SESSION)}, ALLOW),
    ("resource names session, boundary", SESSION, {"resource_policy": to(SESSION), **BOUND}, ALLOW),
    ("resource names session, session policy", SESSION, {"resource_policy": to(SESSION), **CONFINED}, ALLOW),
    ("resource names other session", OTHER_SESSION, {"resource_policy": to(SESSION)}, IMPLICIT),
    ("resource names anyone", SESSION, {"resource_policy": to(), **BOUND, **CONFINED}, ALLOW),
    (
        "resource names anyone with the role's ARN",
        SESSION,
        {
            "resource_policy": to(Condition={"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HERE}:role/dev"}}),
            **BOUND,
        },
        ALLOW,
    ),
    ("resource names user, federated", FEDERATED, {"resource_policy": to(USER), "session_policy": FULL}, ALLOW),
    ("resource names user, federated, confined", FEDERATED, {"resource_policy": to(USER), **CONFINED}, IMPLICIT),
    ("resource names federated", FEDERATED, {"resource_policy": to(FEDERATED), **CONFINED}, ALLOW),
    ("federated without session policy", FEDERATED, OWN, IMPLICIT),
    ("federated with session policy", FEDERATED, {**OWN, "session_policy": FULL}, ALLOW),
    ("federated, only session policy", FEDERATED, {"session_policy": FULL}, IMPLICIT),
    ("resource denies", USER, {**OWN, "resource_policy": to("*", effect="Deny")}, EXPLICIT),
    ("resource denies role", SESSION, {**OWN, "resource_policy": to(ROLE, effect="Deny")}, EXPLICIT),
    ("resource denies account", SESSION, {**OWN, "resource_policy": to(HERE, effect="Deny")}, EXPLICIT),
    ("resource denies another", USER, {**OWN, "resource_policy": to(FAR, effect="Deny")}, ALLOW),
    ("root", ROOT, {}, ALLOW),
    ("root, resource denies", ROOT, {"resource_policy": to("*", effect="Deny")}, EXPLICIT),
    ("root, SCP denies", ROOT, {"scps": levels(FULL, DENY)}, EXPLICIT),
    ("anonymous", ANYBODY, {"resource_policy": to()}, ALLOW),
    ("anonymous, no policy", ANYBODY, {}, IMPLICIT),
    ("anonymous, account", ANYBODY, {"resource_policy": to(HERE)}, IMPLICIT),
    ("anonymous, own policies do not count", ANYBODY, OWN, IMPLICIT),
    ("service", SERVICE, {"resource_policy": doc(Principal={"Service": SERVICE})}, ALLOW),
    ("another service", SERVICE, {"resource_policy": doc(Principal={"Service": "sns.amazonaws.com"})}, IMPLICIT),
    ("service, any", SERVICE, {"resource_policy": doc(Principal={"Service": "*"})}, ALLOW),
    ("user, any service", USER, {"resource_policy": doc(Principal={"Service": "*"})}, IMPLICIT),
    ("anonymous, any service", ANYBODY, {"resource_policy": doc(Principal={"Service": "*"})}, IMPLICIT),
    ("service, account", SERVICE, {"resource_policy": to(HERE)}, IMPLICIT),
    ("service, own policies do not count", SERVICE, OWN, IMPLICIT),
]


@pytest.mark.parametrize(
    ("principal", "policies", "decision"), [case[1:] for case in WITHIN], ids=[case[0] for case in WITHIN]
)
def test_within_an_account(principal: Any, policies: dict[str, Any], decision: str) -> None:
    assert ask(principal, **policies)["decision"] == decision


# -- Across accounts: EVAL_policy-eval-basics-cross-account ------------------------------------------------------------

ACROSS: list[tuple[str, Any, dict[str, Any], str]] = [
    ("own policy alone", FAR, OWN, IMPLICIT),
    ("resource policy alone", FAR, {"resource_policy": to(FAR)}, IMPLICIT),
    ("both", FAR, {**OWN, "resource_policy": to(FAR)}, ALLOW),
    ("account and own", FAR, {**OWN, "resource_policy": to(THERE)}, ALLOW),
    ("anyone and own", FAR, {**OWN, "resource_policy": to()}, ALLOW),
    ("anyone alone", FAR, {"resource_policy": to()}, IMPLICIT),
    ("both, boundary without", FAR, {**OWN, "resource_policy": to(FAR), **BOUND}, IMPLICIT),
    ("both, SCP without", FAR, {**OWN, "resource_policy": to(FAR), "scps": levels(OTHER)}, IMPLICIT),
    ("own and resource deny", FAR, {**OWN, "resource_policy": to(FAR, effect="Deny")}, EXPLICIT),
    ("root of another account", f"arn:aws:iam::{THERE}:root", {"resource_policy": to(THERE)}, ALLOW),
    ("root of another account, nothing", f"arn:aws:iam::{THERE}:root", {}, IMPLICIT),
    (
        "session, named itself",
        SESSION.replace(HERE, THERE),
        {"resource_policy": to(SESSION.replace(HERE, THERE))},
        IMPLICIT,
    ),
]


@pytest.mark.parametrize(
    ("principal", "policies", "decision"), [case[1:] for case in ACROSS], ids=[case[0] for case in ACROSS]
)
def test_across_accounts(principal: Any, policies: dict[str, Any], decision: str) -> None:
    assert ask(principal, **policies)["decision"] == decision


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:SendMessage", QUEUE),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{HERE}:t"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{HERE}:function:f"),
    ],
)
def test_the_account_of_the_resource_is_that_of_its_arn(action: str, resource: str) -> None:
    assert ask(FAR, action, resource, account="", **OWN)["decision"] == IMPLICIT
    assert ask(FAR, action, resource, account="", **OWN, resource_policy=to(THERE))["decision"] == ALLOW
    assert ask(USER, action, resource, account="", **OWN)["decision"] == ALLOW


# -- Organizations: orgs_manage_policies_scps.html, orgs_manage_policies_rcps.html -------------------------------------

RCP = doc("Deny", Principal="*")
ORGANIZATION: list[tuple[str, Any, str, str, dict[str, Any], str]] = [
    ("SCP allows", USER, "s3:GetObject", OBJECT, {**OWN, "scps": levels(FULL)}, ALLOW),
    ("SCP grants nothing", USER, "s3:GetObject", OBJECT, {"scps": levels(FULL)}, IMPLICIT),
    ("one level without", USER, "s3:GetObject", OBJECT, {**OWN, "scps": levels(FULL, OTHER, FULL)}, IMPLICIT),
    ("level without policies", USER, "s3:GetObject", OBJECT, {**OWN, "scps": [{"id": "r", "policies": []}]}, IMPLICIT),
    (
        "two policies on a level",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "scps": [{"id": "r", "policies": [OTHER, FULL]}]},
        ALLOW,
    ),
    ("SCP denies", USER, "s3:GetObject", OBJECT, {**OWN, "scps": levels(FULL, doc("Deny", Action="s3:*"))}, EXPLICIT),
    (
        "SCP against resource policy",
        USER,
        "s3:GetObject",
        OBJECT,
        {"resource_policy": to(USER), "scps": levels(OTHER)},
        IMPLICIT,
    ),
    ("linked role", LINKED, "s3:GetObject", OBJECT, {**OWN, "scps": levels(DENY), "rcps": levels(RCP)}, ALLOW),
    ("service and SCP", SERVICE, "s3:GetObject", OBJECT, {"resource_policy": to(), "scps": levels(DENY)}, ALLOW),
    ("anonymous and SCP", ANYBODY, "s3:GetObject", OBJECT, {"resource_policy": to(), "scps": levels(DENY)}, ALLOW),
    ("RCP", USER, "s3:GetObject", OBJECT, {**OWN, "rcps": levels(RCP)}, EXPLICIT),
    (
        "RCP without Deny",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "rcps": levels(doc("Deny", Principal="*", Action="sqs:*"))},
        ALLOW,
    ),
    ("RCP level without policies", USER, "s3:GetObject", OBJECT, {**OWN, "rcps": [{"id": "r", "policies": []}]}, ALLOW),
    ("RCP and root", ROOT, "s3:GetObject", OBJECT, {"rcps": levels(RCP)}, EXPLICIT),
    ("RCP and anonymous", ANYBODY, "s3:GetObject", OBJECT, {"resource_policy": to(), "rcps": levels(RCP)}, EXPLICIT),
    ("RCP and service", SERVICE, "s3:GetObject", OBJECT, {"resource_policy": to(), "rcps": levels(RCP)}, EXPLICIT),
    ("RCP and stranger", FAR, "s3:GetObject", OBJECT, {**OWN, "resource_policy": to(), "rcps": levels(RCP)}, EXPLICIT),
    ("RCP, service without RCPs", USER, "ec2:RunInstances", "*", {**OWN, "rcps": levels(RCP)}, ALLOW),
    ("RCP of SQS", USER, "sqs:SendMessage", QUEUE, {**OWN, "rcps": levels(RCP)}, EXPLICIT),
    (
        "RCP of STS",
        USER,
        "sts:AssumeRole",
        TARGET,
        {**OWN, "resource_policy": trust({"AWS": HERE}), "rcps": levels(RCP)},
        EXPLICIT,
    ),
    (
        "RCP that lets services by",
        SERVICE,
        "s3:GetObject",
        OBJECT,
        {
            "resource_policy": to(),
            "rcps": levels(
                doc("Deny", Principal="*", Condition={"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}})
            ),
        },
        ALLOW,
    ),
    (
        "RCP for the organization",
        USER,
        "s3:GetObject",
        OBJECT,
        {
            **OWN,
            "rcps": levels(
                doc("Deny", Principal="*", Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}})
            ),
        },
        EXPLICIT,
    ),
    (
        "management account, SCP",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "scps": levels(DENY), "management_account": HERE},
        ALLOW,
    ),
    (
        "member account, SCP",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "scps": levels(DENY), "management_account": MANAGEMENT},
        EXPLICIT,
    ),
    ("endpoint allows", USER, "s3:GetObject", OBJECT, {**OWN, "endpoint_policies": [to()]}, ALLOW),
    ("endpoint grants nothing", USER, "s3:GetObject", OBJECT, {"endpoint_policies": [to()]}, IMPLICIT),
    ("endpoint for another", USER, "s3:GetObject", OBJECT, {**OWN, "endpoint_policies": [to(FAR)]}, IMPLICIT),
    (
        "endpoint denies",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "endpoint_policies": [to(), to(effect="Deny")]},
        EXPLICIT,
    ),
    (
        "endpoint for another bucket",
        USER,
        "s3:GetObject",
        OBJECT,
        {**OWN, "endpoint_policies": [to(Resource="arn:aws:s3:::x/*")]},
        IMPLICIT,
    ),
    (
        "endpoint and anonymous",
        ANYBODY,
        "s3:GetObject",
        OBJECT,
        {"resource_policy": to(), "endpoint_policies": [to(HERE)]},
        IMPLICIT,
    ),
]


@pytest.mark.parametrize(
    ("principal", "action", "resource", "policies", "decision"),
    [case[1:] for case in ORGANIZATION],
    ids=[case[0] for case in ORGANIZATION],
)
def test_organizations_and_endpoints(
    principal: Any, action: str, resource: str, policies: dict[str, Any], decision: str
) -> None:
    assert ask(principal, action, resource, **policies)["decision"] == decision


# -- Actions with rules of their own -----------------------------------------------------------------------------------

OIDC = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"
SPECIAL: list[tuple[str, Any, str, str, str, dict[str, Any], str]] = [
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    ("key without its policy", USER, "kms:Decrypt", KEY, HERE, OWN, IMPLICIT),
    ("key that trusts the account", USER, "kms:Decrypt", KEY, HERE, {**OWN, "resource_policy": to(ROOT)}, ALLOW),
    ("key that trusts the account, alone", USER, "kms:Decrypt", KEY, HERE, {"resource_policy": to(ROOT)}, IMPLICIT),
    ("key that names the user", USER, "kms:Decrypt", KEY, HERE, {"resource_policy": to(USER)}, ALLOW),
    ("key that names another", USER, "kms:Decrypt", KEY, HERE, {**OWN, "resource_policy": to(ROLE)}, IMPLICIT),
    ("key and root", ROOT, "kms:Decrypt", KEY, HERE, {}, IMPLICIT),
    ("key of another account", FAR, "kms:Decrypt", KEY, HERE, {**OWN, "resource_policy": to(THERE)}, ALLOW),
    ("keys in general", USER, "kms:ListKeys", "*", HERE, OWN, ALLOW),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    ("role without trust", USER, "sts:AssumeRole", TARGET, HERE, OWN, IMPLICIT),
    (
        "role that trusts the account",
        USER,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {**OWN, "resource_policy": trust({"AWS": ROOT})},
        ALLOW,
    ),
    (
        "role that trusts the account, alone",
        USER,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"AWS": HERE})},
        IMPLICIT,
    ),
    (
        "role that trusts the user",
        USER,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"AWS": USER})},
        ALLOW,
    ),
    (
        "role that trusts a role",
        SESSION,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"AWS": ROLE})},
        ALLOW,
    ),
    (
        "role that trusts, own deny",
        USER,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"AWS": USER}), "identity_policies": [DENY]},
        EXPLICIT,
    ),
    (
        "role of another account",
        FAR,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"AWS": FAR})},
        IMPLICIT,
    ),
    (
        "role of another account, own",
        FAR,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {**OWN, "resource_policy": trust({"AWS": FAR})},
        ALLOW,
    ),
    ("role and root", ROOT, "sts:AssumeRole", TARGET, HERE, {"resource_policy": trust({"AWS": HERE})}, IMPLICIT),
    (
        "role and service",
        "ec2.amazonaws.com",
        "sts:AssumeRole",
        TARGET,
        HERE,
        {"resource_policy": trust({"Service": "ec2.amazonaws.com"})},
        ALLOW,
    ),
    (
        "role and external id",
        FAR,
        "sts:AssumeRole",
        TARGET,
        HERE,
        {**OWN, "resource_policy": trust({"AWS": THERE}, Condition={"StringEquals": {"sts:ExternalId": "x"}})},
        IMPLICIT,
    ),
    (
        "role and token",
        OIDC,
        "sts:AssumeRoleWithWebIdentity",
        TARGET,
        HERE,
        {"resource_policy": trust({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity")},
        ALLOW,
    ),
    (
        "role and token, SCP",
        OIDC,
        "sts:AssumeRoleWithWebIdentity",
        TARGET,
        HERE,
        {"resource_policy": trust({"Federated": OIDC}, "sts:AssumeRoleWithWebIdentity"), "scps": levels(DENY)},
        ALLOW,
    ),
    (
        "role and token, plain trust",
        OIDC,
        "sts:AssumeRoleWithWebIdentity",
        TARGET,
        HERE,
        {"resource_policy": trust({"Federated": OIDC})},
        IMPLICIT,
    ),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    ("who am I", USER, "sts:GetCallerIdentity", "*", HERE, {"identity_policies": [DENY], "scps": levels(DENY)}, ALLOW),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    ("role passed", USER, "iam:PassRole", TARGET, HERE, OWN, ALLOW),
    ("role of another account passed", FAR, "iam:PassRole", TARGET, HERE, OWN, IMPLICIT),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    (
        "root regains its bucket",
        ROOT,
        "s3:PutBucketPolicy",
        "arn:aws:s3:::docs",
        HERE,
        {"resource_policy": to(effect="Deny")},
        ALLOW,
    ),
]


@pytest.mark.parametrize(
    ("principal", "action", "resource", "account", "policies", "decision"),
    [case[1:] for case in SPECIAL],
    ids=[case[0] for case in SPECIAL],
)
def test_actions_with_rules_of_their_own(
    principal: Any, action: str, resource: str, account: str, policies: dict[str, Any], decision: str
) -> None:
    assert ask(principal, action, resource, account=account, **policies)["decision"] == decision


# -- Elements ----------------------------------------------------------------------------------------------------------

ELEMENTS: list[tuple[dict[str, Any], str, str, bool]] = [
    ({"Action": "s3:GetObject"}, "S3:getOBJECT", OBJECT, True),
    ({"Action": "S3:GETOBJECT"}, "s3:GetObject", OBJECT, True),
    ({"Action": "s3:Get*"}, "s3:GetObject", OBJECT, True),
    ({"Action": "s3:*Object"}, "s3:GetObject", OBJECT, True),
    ({"Action": "s3:?etObject"}, "s3:GetObject", OBJECT, True),
    ({"Action": "s3:Get+"}, "s3:GetObject", OBJECT, False),
    ({"Action": "s3"}, "s3:GetObject", OBJECT, False),
    ({"Action": ["iam:*", "s3:*"]}, "s3:GetObject", OBJECT, True),
    ({"NotAction": "s3:*"}, "s3:GetObject", OBJECT, False),
    ({"NotAction": "S3:Put*"}, "s3:GetObject", OBJECT, True),
    ({"NotAction": ["iam:*", "S3:GETOBJECT"]}, "s3:GetObject", OBJECT, False),
    ({"Resource": "arn:aws:s3:::docs/*"}, "s3:GetObject", OBJECT, True),
    ({"Resource": "arn:aws:s3:::DOCS/*"}, "s3:GetObject", OBJECT, False),
    ({"Resource": "arn:aws:s3:::docs"}, "s3:GetObject", OBJECT, False),
    ({"Resource": "arn:aws:s3:::docs/?.txt"}, "s3:GetObject", OBJECT, True),
    ({"Resource": "arn:aws:s3:::*"}, "s3:GetObject", OBJECT, True),
    ({"Resource": "arn:*"}, "s3:GetObject", OBJECT, True),
    ({"Resource": "arn:aws:s3:::d*/*.txt"}, "s3:GetObject", "arn:aws:s3:::d/x/y.txt", True),
    ({"Resource": "arn:aws:s3:::docs/(a|b)"}, "s3:GetObject", "arn:aws:s3:::docs/a", False),
    ({"Resource": "arn:aws:s3:::docs/[ab]"}, "s3:GetObject", "arn:aws:s3:::docs/a", False),
    ({"Resource": ["arn:aws:s3:::x", OBJECT]}, "s3:GetObject", OBJECT, True),
    ({"NotResource": OBJECT}, "s3:GetObject", OBJECT, False),
    ({"NotResource": "arn:aws:s3:::docs/b*"}, "s3:GetObject", OBJECT, True),
    ({"NotResource": ["arn:aws:s3:::docs/b*", "arn:aws:s3:::*"]}, "s3:GetObject", OBJECT, False),
]


@pytest.mark.parametrize(("elements", "action", "resource", "applies"), ELEMENTS)
def test_actions_and_resources(elements: dict[str, Any], action: str, resource: str, applies: bool) -> None:
    assert ask(USER, action, resource, identity_policies=[doc(**elements)])["decision"] == (
        ALLOW if applies else IMPLICIT
    )
    denied = ask(USER, action, resource, identity_policies=[FULL, doc("Deny", **elements)])["decision"]
    assert denied == (EXPLICIT if applies else ALLOW)


# reference_policies_elements_notprincipal.html
SPARED: list[tuple[Any, Any, bool]] = [
    (USER, {"AWS": [USER, ROOT]}, True),
    (USER, {"AWS": USER}, False),
    (USER, {"AWS": [USER, HERE]}, True),
    (SESSION, {"AWS": [SESSION, ROLE, HERE]}, True),
    (SESSION, {"AWS": [ROLE, HERE]}, False),
    (FAR, {"AWS": [USER, ROOT]}, False),
    (ANYBODY, {"AWS": [USER, ROOT]}, False),
    (SERVICE, {"Service": SERVICE}, True),
]


@pytest.mark.parametrize(("principal", "listed", "spared"), SPARED)
def test_a_deny_with_not_principal(principal: Any, listed: Any, spared: bool) -> None:
    policy = [doc("Deny", NotPrincipal=listed)["Statement"], to()["Statement"]]
    found = ask(principal, identity_policies=[FULL], resource_policy={"Version": "2012-10-17", "Statement": policy})
    assert (found["decision"] != EXPLICIT) is spared


# -- Conditions --------------------------------------------------------------------------------------------------------

ABSENT: Any = ...
TIME = "2024-05-01T12:00:00Z"
S, N = "aws:PrincipalTag/x", "s3:max-keys"

HOLDS: list[tuple[str, str, Any, Any, bool]] = [
    # OPS#Conditions_String
    ("StringEquals", S, "a", "a", True),
    ("StringEquals", S, "a", "A", False),
    ("StringEquals", S, ["a", "b"], "b", True),
    ("StringEquals", S, "a*", "ab", False),
    ("StringEquals", S, "a", ABSENT, False),
    ("StringNotEquals", S, "a", ABSENT, True),
    ("StringNotEquals", S, ["a", "b"], "b", False),
    ("StringEqualsIgnoreCase", S, "aB", "Ab", True),
    ("StringNotEqualsIgnoreCase", S, "aB", "Ab", False),
    ("StringNotEqualsIgnoreCase", S, "aB", ABSENT, True),
    ("StringLike", S, "a*", "ab", True),
    ("StringLike", S, "a?", "a", False),
    ("StringLike", S, "*", "", True),
    ("StringLike", S, "*", ABSENT, False),
    ("StringNotLike", S, "*", ABSENT, True),
    ("StringNotLike", S, ["a*", "b*"], "bc", False),
    ("StringLike", S, "a.c", "abc", False),
    ("StringLike", S, "${*}", "*", True),
    ("StringLike", S, "${*}", "x", False),
    ("StringLike", S, "a${?}", "a?", True),
    ("StringLike", S, "a${?}", "ab", False),
    ("StringEquals", S, "${$}{x}", "${x}", True),
    # OPS#Conditions_Numeric
    ("NumericEquals", N, "10", 10, True),
    ("NumericEquals", N, 10, "10.0", True),
    ("NumericNotEquals", N, 10, 10, False),
    ("NumericNotEquals", N, 10, ABSENT, True),
    ("NumericLessThan", N, 10, 10, False),
    ("NumericLessThanEquals", N, 10, 10, True),
    ("NumericGreaterThan", N, 10, 11, True),
    ("NumericGreaterThanEquals", N, 10, 9.5, False),
    ("NumericLessThan", N, 10, "9", True),
    ("NumericLessThan", N, 10, "-1", True),
    ("NumericGreaterThan", N, 10, ABSENT, False),
    # OPS#Conditions_Date
    ("DateLessThan", "aws:CurrentTime", "2024-06-01T00:00:00Z", TIME, True),
    ("DateGreaterThan", "aws:CurrentTime", "2024-06-01T00:00:00Z", TIME, False),
    ("DateEquals", "aws:CurrentTime", "1714564800", TIME, True),
    ("DateEquals", "aws:CurrentTime", "2024-05-01T14:00:00+02:00", TIME, True),
    ("DateNotEquals", "aws:CurrentTime", "2024-05-01T12:00:00Z", TIME, False),
    ("DateGreaterThanEquals", "aws:EpochTime", "2024-05-01T12:00:00Z", 1714564800, True),
    ("NumericLessThan", "aws:EpochTime", "1714564801", 1714564800, True),
    ("DateLessThan", "aws:CurrentTime", "2024-06-01", ABSENT, False),
    # OPS#Conditions_Boolean
    ("Bool", "aws:SecureTransport", "true", True, True),
    ("Bool", "aws:SecureTransport", True, "true", True),
    ("Bool", "aws:SecureTransport", "false", "true", False),
    ("Bool", "aws:SecureTransport", "false", ABSENT, False),
    ("BoolIfExists", "aws:SecureTransport", "true", ABSENT, True),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", "false", "true", False),
    # OPS#Conditions_BinaryEquals
    ("BinaryEquals", "x:b", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
    # OPS#Conditions_IPAddress
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24", "203.0.114.9", False),
    ("IpAddress", "aws:SourceIp", "203.0.113.5", "203.0.113.5", True),
    ("IpAddress", "aws:SourceIp", "203.0.113.77/24", "203.0.113.1", True),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::1", True),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", "aws:SourceIp", "::/0", "2001:db8::1", True),
    ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", "192.0.2.0/24"], "192.0.2.1", False),
    ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", ABSENT, True),
    ("IpAddressIfExists", "aws:SourceIp", "203.0.113.0/24", ABSENT, True),
    # OPS#Conditions_ARN
    ("ArnEquals", "aws:SourceArn", "arn:aws:sns:*:111122223333:t*", f"arn:aws:sns:eu-west-1:{HERE}:t1", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:t", f"arn:aws:sns:eu-west-1:{HERE}:t", False),
    ("ArnLike", "aws:SourceArn", f"arn:aws:sns:*:{HERE}:*", f"arn:aws:sns:eu-west-1:{HERE}:a:b", True),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::b", "arn:aws:s3:::B", False),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::b", "b", False),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::b*", "arn:aws:s3:::c", True),
    ("ArnNotEquals", "aws:SourceArn", "arn:aws:s3:::b*", "arn:aws:s3:::bc", False),
    ("ArnNotEquals", "aws:SourceArn", "arn:aws:s3:::b*", ABSENT, True),
    ("ArnLikeIfExists", "aws:SourceArn", "arn:aws:s3:::b*", ABSENT, True),
    # OPS#Conditions_IfExists and #Conditions_Null
    ("StringEqualsIfExists", S, "a", ABSENT, True),
    ("StringEqualsIfExists", S, "a", "b", False),
    ("StringNotEqualsIfExists", S, "a", ABSENT, True),
    ("StringNotEqualsIfExists", S, "a", "a", False),
    ("Null", S, "true", ABSENT, True),
    ("Null", S, "true", "a", False),
    ("Null", S, "false", "a", True),
    ("Null", S, False, ABSENT, False),
    ("null", S.upper(), True, ABSENT, True),
    # Names of operators and of keys are not case-sensitive
    ("STRINGEQUALS", "AWS:principaltag/X", "a", "a", True),
    # SETS
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ["a", "b"], True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], ["a", "c"], False),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], "a", True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], ABSENT, True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], [], True),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"], "", True),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", ["a"], ["b", "c"], True),
    ("ForAllValues:StringNotEquals", "aws:TagKeys", ["a"], ["b", "a"], False),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a"], ["b", "a"], True),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a"], ["b"], False),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a"], ABSENT, False),
    ("ForAnyValue:StringEquals", "aws:TagKeys", ["a"], [], False),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-1/r-1/*"], ["o-1/r-1/ou-1/"], True),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], ["a", "b"], True),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], ["a"], False),
    ("ForAllValues:StringLike", "aws:TagKeys", ["a*"], ["ab", "AB"], False),
    ("foranyvalue:stringequals", "aws:tagkeys", ["a"], ["a"], True),
]


@pytest.mark.parametrize(("operator", "key", "values", "given", "holds"), HOLDS)
def test_conditions(operator: str, key: str, values: Any, given: Any, holds: bool) -> None:
    context = {} if given is ABSENT else {key.replace("AWS:", "aws:"): given}
    block = {operator: {key: values}}
    assert ask(identity_policies=[doc(Condition=block)], context=context)["decision"] == (ALLOW if holds else IMPLICIT)
    denied = ask(identity_policies=[FULL, doc("Deny", Condition=block)], context=context)["decision"]
    assert denied == (EXPLICIT if holds else ALLOW)


def test_all_conditions_must_hold() -> None:
    block = {"StringEquals": {S: "a", "aws:PrincipalTag/y": "b"}, "Bool": {"aws:SecureTransport": "true"}}
    full = {S: "a", "aws:PrincipalTag/y": "b", "aws:SecureTransport": "true"}
    assert ask(identity_policies=[doc(Condition=block)], context=full)["decision"] == ALLOW
    for missing in full:
        rest = {key: value for key, value in full.items() if key != missing}
        assert ask(identity_policies=[doc(Condition=block)], context=rest)["decision"] == IMPLICIT


# VARS
RESOURCES: list[tuple[str, str, dict[str, Any], str | None, bool]] = [
    ("arn:aws:s3:::docs/${aws:username}/*", "arn:aws:s3:::docs/ann/x", {}, "2012-10-17", True),
    ("arn:aws:s3:::docs/${aws:username}/*", "arn:aws:s3:::docs/bob/x", {}, "2012-10-17", False),
    ("arn:aws:s3:::docs/${AWS:UserName}/*", "arn:aws:s3:::docs/ann/x", {}, "2012-10-17", True),
    ("arn:aws:s3:::docs/${aws:username}/*", "arn:aws:s3:::docs/ann/x", {}, "2008-10-17", False),
    ("arn:aws:s3:::docs/${aws:username}/*", "arn:aws:s3:::docs/ann/x", {}, None, False),
    ("arn:aws:s3:::docs/${aws:username}", "arn:aws:s3:::docs/${aws:username}", {}, "2008-10-17", True),
    ("arn:aws:s3:::docs/${aws:username}", "arn:aws:s3:::docs/${aws:username}", {}, "2012-10-17", False),
    ("arn:aws:s3:::${aws:PrincipalTag/x}/a", "arn:aws:s3:::red/a", {S: "red"}, "2012-10-17", True),
    ("arn:aws:s3:::${aws:PrincipalTag/x}/a", "arn:aws:s3:::blue/a", {S: "*"}, "2012-10-17", False),
    ("arn:aws:s3:::${aws:PrincipalTag/x}/a", "arn:aws:s3:::*/a", {S: "*"}, "2012-10-17", True),
    ("arn:aws:s3:::${aws:PrincipalTag/x}/a", "arn:aws:s3:::/a", {}, "2012-10-17", False),
    ("arn:aws:s3:::${aws:PrincipalTag/x, 'all'}/a", "arn:aws:s3:::all/a", {}, "2012-10-17", True),
    ("arn:aws:s3:::${aws:PrincipalTag/x, 'all'}/a", "arn:aws:s3:::all/a", {S: "red"}, "2012-10-17", False),
    ("arn:aws:s3:::docs/${*}", "arn:aws:s3:::docs/*", {}, "2012-10-17", True),
    ("arn:aws:s3:::docs/${*}", OBJECT, {}, "2012-10-17", False),
    ("arn:aws:s3:::docs/${?}", "arn:aws:s3:::docs/?", {}, "2012-10-17", True),
    ("arn:aws:s3:::docs/${$}a", "arn:aws:s3:::docs/$a", {}, "2012-10-17", True),
    ("arn:aws:s3:::docs/${aws:PrincipalAccount}", f"arn:aws:s3:::docs/{HERE}", {}, "2012-10-17", True),
]


@pytest.mark.parametrize(("pattern", "resource", "context", "version", "matches"), RESOURCES)
def test_variables_in_resources(
    pattern: str, resource: str, context: dict[str, Any], version: str | None, matches: bool
) -> None:
    found = ask(resource=resource, context=context, identity_policies=[doc(version=version, Resource=pattern)])
    assert found["decision"] == (ALLOW if matches else IMPLICIT)
    other = ask(resource=resource, context=context, identity_policies=[doc(version=version, NotResource=pattern)])
    assert other["decision"] == (IMPLICIT if matches else ALLOW)


def test_a_role_session_has_no_user_name() -> None:
    home = doc(Resource="arn:aws:s3:::docs/${aws:username}*")
    assert ask(SESSION, resource="arn:aws:s3:::docs/ann", identity_policies=[home])["decision"] == IMPLICIT


TAGS = "aws:ResourceTag/t"
COMPARED: list[tuple[str, dict[str, Any], bool]] = [
    ("StringEquals", {TAGS: "red", S: "red"}, True),
    ("StringEquals", {TAGS: "red", S: "Red"}, False),
    ("StringEqualsIgnoreCase", {TAGS: "red", S: "Red"}, True),
    ("StringEquals", {TAGS: "red"}, False),
    ("StringEquals", {S: "red"}, False),
    ("StringEquals", {}, False),
    ("StringNotEquals", {TAGS: "red"}, True),
    ("StringNotEquals", {TAGS: "red", S: "red"}, False),
    ("StringNotEquals", {S: "red"}, True),
    ("StringEqualsIfExists", {S: "red"}, True),
    ("StringEqualsIfExists", {TAGS: "red"}, False),
    ("StringLike", {TAGS: "red", S: "r*"}, False),
    ("StringLike", {TAGS: "r*", S: "r*"}, True),
    ("StringEquals", {TAGS: "red", S: ["red", "blue"]}, False),
]


@pytest.mark.parametrize(("operator", "context", "holds"), COMPARED)
def test_variables_in_conditions(operator: str, context: dict[str, Any], holds: bool) -> None:
    block = {operator: {TAGS: "${aws:PrincipalTag/x}"}}
    assert ask(context=context, identity_policies=[doc(Condition=block)])["decision"] == (ALLOW if holds else IMPLICIT)


# -- What is not known, and what is wrong ------------------------------------------------------------------------------

ONLY_MFA = doc(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
UNKNOWN: dict[str, Any] = {"aws:MultiFactorAuthPresent": None}
DOUBTFUL: list[tuple[dict[str, Any], str, list[str] | None]] = [
    ({"identity_policies": [ONLY_MFA]}, CONDITIONAL, ["aws:MultiFactorAuthPresent"]),
    ({"identity_policies": [ONLY_MFA, FULL]}, ALLOW, None),
    ({"identity_policies": [ONLY_MFA, DENY]}, EXPLICIT, None),
    ({"identity_policies": [ONLY_MFA], "permission_boundaries": [OTHER]}, IMPLICIT, None),
    (
        {"identity_policies": [FULL, doc("Deny", Condition=ONLY_MFA["Statement"]["Condition"])]},
        CONDITIONAL,
        ["aws:MultiFactorAuthPresent"],
    ),
    ({"identity_policies": [doc("Deny", Condition=ONLY_MFA["Statement"]["Condition"])]}, IMPLICIT, None),
    ({"identity_policies": [FULL], "scps": levels(ONLY_MFA)}, CONDITIONAL, ["aws:MultiFactorAuthPresent"]),
    (
        {"identity_policies": [doc(Condition={"Null": UNKNOWN | {"aws:MultiFactorAuthPresent": "true"}})]},
        CONDITIONAL,
        ["aws:MultiFactorAuthPresent"],
    ),
]


@pytest.mark.parametrize(("policies", "decision", "keys"), DOUBTFUL)
def test_keys_that_are_not_known(policies: dict[str, Any], decision: str, keys: list[str] | None) -> None:
    found = ask(context=UNKNOWN, **policies)
    assert (found["decision"], found.get("conditions")) == (decision, keys)


def test_who_decided_is_told_in_full() -> None:
    found = ask(FAR, identity_policies=[OTHER, FULL], resource_policy=to(THERE))
    assert found["decided_by"] == ["resource", "identity"]
    assert [(it["layer"], it["policy"], it["statement"]) for it in found["statements"]] == [
        ("resource", 0, 0),
        ("identity", 1, 0),
    ]
    assert ask(FAR, **OWN)["decided_by"] == ["resource"]
    assert ask(FAR, resource_policy=to())["decided_by"] == ["identity"]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"principal": USER},
        {"principal": USER, "action": "GetObject"},
        {"principal": "nobody at all", "action": "s3:GetObject"},
        {"principal": {"anonymous": "yes"}, "action": "s3:GetObject"},
        {"principal": USER, "action": ["s3:GetObject"]},
        {"principal": USER, "action": "s3:GetObject", "context": {"a": {"b": "c"}}},
    ],
)
def test_what_is_no_request(request_: dict[str, Any]) -> None:
    with pytest.raises(SimulationError):
        simulate(json.dumps({"request": request_, **OWN}))
