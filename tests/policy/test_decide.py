"""Each case names the page that it rests on. IAM is the IAM User Guide, ORGS the Organizations User Guide."""

import pytest

from auditor.policy.decide import Answer, Layer, Level, Policies, evaluate
from auditor.policy.document import Kind, Policy
from auditor.policy.request import UNKNOWN, Principal, Request

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
ORGS = "https://docs.aws.amazon.com/organizations/latest/userguide/"

HERE, THERE = "111122223333", "444455556666"
USER = f"arn:aws:iam::{HERE}:user/team/ann"
ROLE = f"arn:aws:iam::{HERE}:role/path/dev"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/dev/ann"
FEDERATED = f"arn:aws:sts::{HERE}:federated-user/bob"
FEDERATING = f"arn:aws:iam::{HERE}:user/bob"
ROOT = f"arn:aws:iam::{HERE}:root"
LINKED = f"arn:aws:sts::{HERE}:assumed-role/AWSServiceRoleForConfig/s"
SERVICE = "logs.amazonaws.com"
ANONYMOUS = Principal.anonymous()
SAML = f"arn:aws:iam::{HERE}:saml-provider/idp"
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
IDENTITY_OF_CLOUDFRONT = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2QWRUHEXAMPLE"

OBJECT = "arn:aws:s3:::docs/a"
KEY = f"arn:aws:kms:eu-west-1:{HERE}:key/1234abcd"
TARGET = f"arn:aws:iam::{HERE}:role/target"

ALLOW, IMPLICIT, EXPLICIT = Answer.ALLOW, Answer.IMPLICIT_DENY, Answer.EXPLICIT_DENY


def statement(effect="Allow", **elements):
    return {"Effect": effect, **({"Action": "*"} if "NotAction" not in elements else {}), **elements}


def policy(*statements, kind=Kind.IDENTITY, version="2012-10-17"):
    filled = [one if "Resource" in one or "NotResource" in one else {**one, "Resource": "*"} for one in statements]
    found = Policy.of({"Version": version, "Statement": filled}, kind)
    assert not found.problems
    return found


def for_principal(principal, effect="Allow", kind=Kind.RESOURCE, element="Principal", **others):
    if isinstance(principal, list) or (principal != "*" and isinstance(principal, str)):
        principal = {"AWS": principal}
    return policy(statement(effect, **{element: principal}, **others), kind=kind)


FULL = policy(statement())
NOTHING = policy(statement(Action="ec2:*"))
DENY = policy(statement("Deny"))


def scp(*policies_, name="r"):
    return Level(name, policies_)


def decide(principal, policies, action="s3:GetObject", resource=OBJECT, account=HERE, context=None, otherwise=None):
    return evaluate(Request(principal, action, resource, account, context, otherwise), policies)


def answer(*args, **kwargs):
    return decide(*args, **kwargs).answer


OWN = Policies(identity=(FULL,))


# reference_policies_evaluation-logic.html
def test_nothing_is_allowed_by_default_and_an_explicit_deny_wins():
    assert answer(USER, Policies()) == IMPLICIT
    assert answer(USER, OWN) == ALLOW
    assert answer(USER, Policies(identity=(FULL, DENY))) == EXPLICIT
    assert answer(USER, Policies(identity=(NOTHING, FULL))) == ALLOW


@pytest.mark.parametrize(
    ("layer", "policies"),
    [
        (Layer.SCP, OWN._replace(scps=(scp(FULL, DENY),))),
        (Layer.RCP, OWN._replace(rcps=(Level("r", (for_principal("*", "Deny", Kind.RCP),)),))),
        (Layer.VPC_ENDPOINT, OWN._replace(endpoint=(for_principal("*"), for_principal("*", "Deny")))),
        (Layer.RESOURCE, OWN._replace(resource=for_principal("*", "Deny"))),
        (Layer.IDENTITY, Policies(identity=(FULL, DENY))),
        (Layer.BOUNDARY, OWN._replace(boundaries=(FULL, DENY))),
        (Layer.SESSION, OWN._replace(session=(FULL, DENY))),
    ],
)
def test_a_deny_in_any_layer_wins_and_is_traced(layer, policies):
    decision = decide(SESSION, policies)
    assert (decision.answer, decision.decided_by) == (EXPLICIT, (layer,))
    (cause,) = decision.statements
    assert (cause.layer, cause.statement, cause.rule.allow) == (layer, 0, False)
    text = cause.rule.policy.source.text
    assert text[cause.span.start : cause.span.end].startswith('{"Effect": "Deny"')


@pytest.mark.parametrize(
    ("layer", "policies"),
    [
        (Layer.SCP, OWN._replace(scps=(scp(NOTHING),))),
        (Layer.VPC_ENDPOINT, OWN._replace(endpoint=(for_principal(THERE),))),
        (Layer.IDENTITY, Policies(identity=(NOTHING,))),
        (Layer.BOUNDARY, OWN._replace(boundaries=(NOTHING,))),
        (Layer.SESSION, OWN._replace(session=(NOTHING,))),
    ],
)
def test_an_implicit_deny_names_what_lacks_an_allow(layer, policies):
    decision = decide(SESSION, policies)
    assert (decision.answer, decision.decided_by, decision.statements) == (IMPLICIT, (layer,), ())


# The table of IAM reference_policies_evaluation-logic_policy-eval-denyallow.html: which implicit denies an Allow in a
# resource policy of the same account overrides. `everything` denies implicitly in identity policies, boundary and
# session; `limits` only in the latter two.
SILENT = Policies(identity=(NOTHING,))
LIMITED = SILENT._replace(boundaries=(FULL,), session=(FULL,))
BOUND = LIMITED._replace(boundaries=(NOTHING,))
CONFINED = LIMITED._replace(session=(NOTHING,))


@pytest.mark.parametrize(
    ("caller", "named", "silent", "bound", "confined"),
    [
        (USER, USER, ALLOW, ALLOW, ALLOW),
        (USER, "*", ALLOW, ALLOW, ALLOW),
        (USER, HERE, IMPLICIT, IMPLICIT, IMPLICIT),
        (USER, ROOT, IMPLICIT, IMPLICIT, IMPLICIT),
        (USER, f"arn:aws:iam::{HERE}:user/ann", IMPLICIT, IMPLICIT, IMPLICIT),
        (SESSION, SESSION, ALLOW, ALLOW, ALLOW),
        (SESSION, ROLE, ALLOW, IMPLICIT, IMPLICIT),
        (SESSION, "*", ALLOW, ALLOW, ALLOW),
        (SESSION, ROOT, IMPLICIT, IMPLICIT, IMPLICIT),
        (SESSION, f"arn:aws:sts::{HERE}:assumed-role/dev/*", IMPLICIT, IMPLICIT, IMPLICIT),
        (SESSION, f"arn:aws:iam::{HERE}:role/*", IMPLICIT, IMPLICIT, IMPLICIT),
        (USER, "AIDACKCEVSQ6C2EXAMPLE", IMPLICIT, IMPLICIT, IMPLICIT),
        (ROLE, ROLE, ALLOW, IMPLICIT, IMPLICIT),
        (ROLE, SESSION, IMPLICIT, IMPLICIT, IMPLICIT),
        (FEDERATED, FEDERATED, ALLOW, ALLOW, ALLOW),
        (FEDERATED, FEDERATING, ALLOW, IMPLICIT, IMPLICIT),
        (FEDERATED, "*", ALLOW, ALLOW, ALLOW),
        (FEDERATED, ROOT, IMPLICIT, IMPLICIT, IMPLICIT),
    ],
)
def test_what_a_resource_policy_overrides(caller, named, silent, bound, confined):
    resource = for_principal(named)
    assert answer(caller, LIMITED._replace(resource=resource)) == silent
    assert answer(caller, BOUND._replace(resource=resource)) == bound
    assert answer(caller, CONFINED._replace(resource=resource)) == confined


# IAM reference_policies_elements_principal.html: boundaries do not limit what aws:PrincipalArn under "*" grants.
def test_anyone_with_the_arn_of_a_role_is_not_limited_by_its_boundary():
    condition = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{HERE}:role/dev"}}
    assert answer(SESSION, BOUND._replace(resource=for_principal("*", Condition=condition))) == ALLOW
    assert answer(USER, BOUND._replace(resource=for_principal("*", Condition=condition))) == IMPLICIT


# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
def test_a_federated_user_without_session_policy_has_only_what_names_the_session():
    assert answer(FEDERATED, OWN) == IMPLICIT
    assert decide(FEDERATED, OWN).decided_by == (Layer.SESSION,)
    assert answer(FEDERATED, OWN._replace(session=(FULL,))) == ALLOW
    assert answer(FEDERATED, OWN._replace(resource=for_principal(FEDERATED))) == ALLOW
    assert answer(FEDERATED, OWN._replace(resource=for_principal(FEDERATING))) == IMPLICIT


# IAM reference_policies_evaluation-logic-cross-account.html
@pytest.mark.parametrize(
    ("policies", "expected", "by"),
    [
        (OWN, IMPLICIT, (Layer.RESOURCE,)),
        (Policies(resource=for_principal(HERE)), IMPLICIT, (Layer.IDENTITY,)),
        (Policies(resource=for_principal("*")), IMPLICIT, (Layer.IDENTITY,)),
        (SILENT, IMPLICIT, (Layer.RESOURCE, Layer.IDENTITY)),
        (OWN._replace(resource=for_principal(HERE)), ALLOW, (Layer.RESOURCE, Layer.IDENTITY)),
        (OWN._replace(resource=for_principal(SESSION)), ALLOW, (Layer.RESOURCE, Layer.IDENTITY)),
        (OWN._replace(resource=for_principal("*")), ALLOW, (Layer.RESOURCE, Layer.IDENTITY)),
        (OWN._replace(resource=for_principal(THERE)), IMPLICIT, (Layer.RESOURCE,)),
        (OWN._replace(resource=for_principal(SESSION), boundaries=(NOTHING,)), IMPLICIT, (Layer.BOUNDARY,)),
        (OWN._replace(resource=for_principal(SESSION), session=(NOTHING,)), IMPLICIT, (Layer.SESSION,)),
        (OWN._replace(resource=for_principal(SESSION), scps=(scp(NOTHING),)), IMPLICIT, (Layer.SCP,)),
    ],
)
def test_across_accounts_both_sides_must_allow(policies, expected, by):
    decision = decide(SESSION, policies, account=THERE)
    assert (decision.answer, decision.decided_by) == (expected, by)


# ORGS orgs_manage_policies_scps_evaluation.html
def test_scps_must_allow_at_every_level():
    levels = (scp(FULL), scp(FULL, NOTHING, name="ou"), scp(FULL, name=HERE))
    assert answer(USER, OWN._replace(scps=levels)) == ALLOW
    assert answer(USER, OWN._replace(scps=(*levels, scp(NOTHING)))) == IMPLICIT
    assert answer(USER, OWN._replace(scps=(*levels, scp()))) == IMPLICIT
    assert answer(ROOT, Policies(scps=(scp(NOTHING),))) == IMPLICIT
    assert answer(USER, SILENT._replace(scps=levels)) == IMPLICIT
    assert answer(USER, SILENT._replace(scps=(scp(NOTHING),), resource=for_principal(USER))) == IMPLICIT


def test_the_trace_names_the_level_of_an_scp():
    levels = (scp(FULL, FULL), scp(FULL, DENY, name="ou-1"))
    (cause,) = decide(USER, OWN._replace(scps=levels)).statements
    assert (cause.level, cause.policy) == ("ou-1", 3)


# ORGS orgs_manage_policies_scps.html#scp-warnings and #not-restricted-by-scp
@pytest.mark.parametrize(
    "caller", [LINKED, f"arn:aws:iam::{HERE}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"]
)
def test_scps_and_rcps_leave_service_linked_roles_alone(caller):
    rcps = (Level("r", (for_principal("*", "Deny", Kind.RCP),)),)
    assert answer(caller, OWN._replace(scps=(scp(DENY),), rcps=rcps)) == ALLOW
    assert answer(SESSION, OWN._replace(scps=(scp(DENY),))) == EXPLICIT
    assert answer(SESSION, OWN._replace(rcps=rcps)) == EXPLICIT


def test_scps_leave_the_management_account_alone():
    policies = OWN._replace(scps=(scp(DENY),), management_account=HERE)
    assert answer(USER, policies) == ALLOW
    assert answer(ROOT, policies) == ALLOW
    assert answer(USER, policies._replace(management_account=THERE)) == EXPLICIT


def test_scps_are_for_principals_of_accounts_only():
    policies = Policies(scps=(scp(DENY),), resource=for_principal("*"))
    assert answer(SERVICE, policies) == ALLOW
    assert answer(ANONYMOUS, policies) == ALLOW


# ORGS orgs_manage_policies_rcps.html
def test_rcps_limit_everyone_but_only_for_services_that_honour_them():
    rcps = (Level("r", (for_principal("*", "Deny", Kind.RCP),)),)
    open_to_all = Policies(rcps=rcps, resource=for_principal("*"))
    for caller in (USER, ROOT, SERVICE, ANONYMOUS):
        assert answer(caller, open_to_all) == EXPLICIT
    assert answer(USER, OWN._replace(rcps=rcps), "ec2:RunInstances", "*") == ALLOW
    assert answer(USER, OWN._replace(rcps=rcps, management_account=HERE)) == ALLOW
    assert answer(USER, OWN._replace(rcps=rcps, management_account=THERE)) == EXPLICIT


def test_an_rcp_needs_no_allow_of_its_own():
    only_kms = for_principal("*", "Deny", Kind.RCP, Action="kms:*")
    assert answer(USER, OWN._replace(rcps=(Level("r", (only_kms,)), Level("ou", ())))) == ALLOW


# https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html
def test_rcps_do_not_reach_retire_grant():
    rcps = (Level("r", (for_principal("*", "Deny", Kind.RCP),)),)
    policies = OWN._replace(rcps=rcps, resource=for_principal(HERE))
    assert answer(USER, policies, "kms:RetireGrant", KEY) == ALLOW
    assert answer(USER, policies, "kms:Decrypt", KEY) == EXPLICIT


# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
def test_an_endpoint_policy_must_allow_too():
    assert answer(USER, OWN._replace(endpoint=(for_principal("*", Action="s3:Get*"),))) == ALLOW
    assert answer(USER, OWN._replace(endpoint=(for_principal("*", Action="s3:Put*"),))) == IMPLICIT
    assert answer(USER, SILENT._replace(endpoint=(for_principal("*"),))) == IMPLICIT
    assert answer(SERVICE, Policies(endpoint=(NOTHING,), resource=for_principal("*"))) == IMPLICIT


# IAM id_root-user.html
def test_root_has_everything_in_its_account():
    assert decide(ROOT, Policies())[:2] == (ALLOW, (Layer.AWS,))
    assert answer(HERE, Policies()) == ALLOW
    assert answer(ROOT, Policies(identity=(DENY,), boundaries=(NOTHING,))) == ALLOW
    assert answer(ROOT, Policies(resource=for_principal("*", "Deny"))) == EXPLICIT
    assert answer(ROOT, Policies(), account=THERE) == IMPLICIT
    assert answer(ROOT, Policies(resource=for_principal(HERE)), account=THERE) == ALLOW


# https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
@pytest.mark.parametrize("action", ["s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:DeleteBucketPolicy"])
def test_a_bucket_policy_cannot_lock_out_root(action):
    bucket = "arn:aws:s3:::docs"
    locked = Policies(resource=for_principal("*", "Deny"))
    assert answer(ROOT, locked, action, bucket) == ALLOW
    assert answer(USER, locked._replace(identity=(FULL,)), action, bucket) == EXPLICIT
    assert answer(ROOT, locked._replace(scps=(scp(FULL, DENY),)), action, bucket) == EXPLICIT
    assert answer(ROOT, locked, action, bucket, account=THERE) == EXPLICIT
    assert answer(ROOT, locked, "s3:PutObject", bucket) == EXPLICIT


# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
@pytest.mark.parametrize("caller", [USER, ROLE, SESSION, FEDERATED, ROOT, LINKED])
def test_get_caller_identity_cannot_be_denied(caller):
    denied = Policies(identity=(DENY,), scps=(scp(DENY),), boundaries=(DENY,))
    assert decide(caller, denied, "sts:GetCallerIdentity", "*")[:2] == (ALLOW, (Layer.AWS,))
    assert answer(ANONYMOUS, Policies(), "sts:GetCallerIdentity", "*") == IMPLICIT


# IAM id_credentials_temp_control-access_getsessiontoken.html
def test_policies_have_no_effect_on_get_session_token():
    assert answer(USER, Policies(identity=(DENY,)), "sts:GetSessionToken", "*") == ALLOW
    assert answer(ROOT, Policies(scps=(scp(DENY),)), "STS:getsessiontoken", "*") == ALLOW
    assert answer(SESSION, Policies(), "sts:GetSessionToken", "*") == IMPLICIT


# IAM id_roles_use_passrole.html
def test_a_role_is_never_passed_across_accounts():
    generous = OWN._replace(resource=for_principal("*"))
    assert answer(USER, OWN, "iam:PassRole", TARGET) == ALLOW
    decision = decide(USER, generous, "iam:PassRole", TARGET.replace(HERE, THERE), account=THERE)
    assert (decision.answer, decision.decided_by) == (IMPLICIT, (Layer.AWS,))


def trusting(principal, action="sts:AssumeRole", effect="Allow"):
    principal = {"AWS": principal} if isinstance(principal, str) and principal != "*" else principal
    document = {"Statement": {"Effect": effect, "Principal": principal, "Action": action}}
    return Policy.of(document, Kind.TRUST)


# IAM id_roles_compare-resource-policies.html and reference_policies_evaluation-logic_policy-eval-denyallow.html
@pytest.mark.parametrize(
    ("caller", "policies", "expected"),
    [
        (USER, OWN, IMPLICIT),
        (USER, OWN._replace(resource=trusting(THERE)), IMPLICIT),
        (USER, OWN._replace(resource=trusting(HERE)), ALLOW),
        (USER, SILENT._replace(resource=trusting(HERE)), IMPLICIT),
        (USER, SILENT._replace(resource=trusting(USER)), ALLOW),
        (SESSION, SILENT._replace(resource=trusting(ROLE)), ALLOW),
        (SESSION, BOUND._replace(resource=trusting(ROLE)), IMPLICIT),
        (USER, OWN._replace(resource=trusting(HERE, "sts:TagSession")), IMPLICIT),
        (SERVICE, Policies(resource=trusting({"Service": SERVICE})), ALLOW),
        (SERVICE, Policies(resource=trusting({"Service": "ec2.amazonaws.com"})), IMPLICIT),
        (ROOT, Policies(resource=trusting(HERE)), IMPLICIT),
    ],
)
def test_a_role_is_assumed_only_by_whom_it_trusts(caller, policies, expected):
    assert answer(caller, policies, "sts:AssumeRole", TARGET) == expected


WEB, SOCIAL = f"arn:aws:iam::{HERE}:oidc-provider/token.example.com", "accounts.google.com"
WITH_TOKENS = {"sts:AssumeRoleWithWebIdentity": [WEB, SOCIAL], "sts:AssumeRoleWithSAML": [SAML]}
CREDENTIALS = {
    "sts:AssumeRole": [USER, ROLE, SESSION, SERVICE],
    **WITH_TOKENS,
    "sts:TagSession": [USER, ROLE, SESSION, SERVICE, ROOT, SAML, WEB, SOCIAL],
    "sts:GetSessionToken": [USER, ROOT],
    "sts:GetFederationToken": [USER, ROOT],
}


# STS API_AssumeRole.html and its like, API_GetFederationToken.html; IAM id_credentials_sts-comparison.html
@pytest.mark.parametrize("action", CREDENTIALS)
@pytest.mark.parametrize("caller", [USER, ROLE, SESSION, FEDERATED, ROOT, SERVICE, SAML, WEB, SOCIAL, ANONYMOUS])
def test_sts_takes_only_some_credentials(caller, action):
    everyone = Policies(identity=(FULL,), session=(FULL,), resource=trusting("*", "sts:*"))
    decision = decide(caller, everyone, action, TARGET if "Role" in action or "Tag" in action else "*")
    if caller in CREDENTIALS[action]:
        assert decision.answer == ALLOW
    else:
        assert (decision.answer, decision.decided_by) == (IMPLICIT, (Layer.AWS,))


def test_session_tags_need_trust_too():
    policies = OWN._replace(resource=trusting(HERE))
    assert answer(USER, policies, "sts:TagSession", TARGET) == IMPLICIT
    assert answer(USER, OWN._replace(resource=trusting(HERE, "sts:*")), "sts:TagSession", TARGET) == ALLOW


def test_across_accounts_the_caller_needs_permission_to_assume():
    there = TARGET.replace(HERE, THERE)
    assert answer(USER, OWN._replace(resource=trusting(HERE)), "sts:AssumeRole", there, THERE) == ALLOW
    assert answer(USER, SILENT._replace(resource=trusting(USER)), "sts:AssumeRole", there, THERE) == IMPLICIT


# IAM id_credentials_temp_request.html
@pytest.mark.parametrize(
    ("caller", "action"),
    [
        (SAML, "sts:AssumeRoleWithSAML"),
        (f"arn:aws:iam::{HERE}:oidc-provider/token.example.com", "sts:AssumeRoleWithWebIdentity"),
        ("accounts.google.com", "sts:AssumeRoleWithWebIdentity"),
        ("cognito-identity.amazonaws.com", "sts:AssumeRoleWithWebIdentity"),
        ("www.amazon.com", "sts:AssumeRoleWithWebIdentity"),
    ],
)
def test_federation_is_decided_by_trust_alone(caller, action):
    trust = Policies(resource=trusting({"Federated": caller}, action), scps=(scp(DENY),))
    assert answer(caller, trust, action, TARGET) == ALLOW
    assert (
        answer(caller, trust._replace(resource=trusting({"Federated": "other.example"}, action)), action, TARGET)
        == IMPLICIT
    )
    assert answer(caller, trust._replace(resource=trusting({"Federated": caller})), action, TARGET) == IMPLICIT
    assert answer(USER, OWN._replace(resource=trusting(HERE)), action, TARGET) == IMPLICIT
    rcps = (Level("r", (for_principal("*", "Deny", Kind.RCP),)),)
    assert answer(caller, trust._replace(rcps=rcps), action, TARGET) == EXPLICIT


# https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html and key-policy-default.html
@pytest.mark.parametrize(
    ("caller", "policies", "expected"),
    [
        (USER, OWN, IMPLICIT),
        (ROOT, Policies(), IMPLICIT),
        (ROOT, Policies(resource=for_principal(ROOT)), ALLOW),
        (USER, OWN._replace(resource=for_principal(ROOT)), ALLOW),
        (USER, SILENT._replace(resource=for_principal(ROOT)), IMPLICIT),
        (USER, SILENT._replace(resource=for_principal(USER)), ALLOW),
        (SESSION, SILENT._replace(resource=for_principal(ROLE)), ALLOW),
        (SESSION, BOUND._replace(resource=for_principal(ROLE)), IMPLICIT),
        (SERVICE, Policies(resource=for_principal({"Service": SERVICE})), ALLOW),
    ],
)
def test_a_key_needs_its_policy(caller, policies, expected):
    assert answer(caller, policies, "kms:Decrypt", KEY) == expected


def test_kms_without_a_key_needs_no_key_policy():
    assert answer(USER, OWN, "kms:ListKeys", "*") == ALLOW
    assert answer(USER, OWN, "kms:CreateAlias", f"arn:aws:kms:eu-west-1:{HERE}:alias/a") == ALLOW


# IAM reference_policies_elements_principal.html#principal-services
def test_service_principals_are_decided_by_the_resource_policy_alone():
    allowed = Policies(resource=for_principal({"Service": SERVICE}))
    assert decide(SERVICE, allowed)[:2] == (ALLOW, (Layer.RESOURCE,))
    assert answer(SERVICE, allowed, account=THERE) == ALLOW
    assert answer(SERVICE, Policies(identity=(FULL,))) == IMPLICIT
    assert answer("logs.eu-west-1.amazonaws.com", allowed) == IMPLICIT
    source = for_principal({"Service": SERVICE}, Condition={"StringEquals": {"aws:SourceAccount": HERE}})
    assert answer(SERVICE, Policies(resource=source), context={"aws:SourceAccount": HERE}) == ALLOW
    assert answer(SERVICE, Policies(resource=source)) == IMPLICIT


def test_anonymous_callers_are_in_anyone_only():
    assert answer(ANONYMOUS, Policies(resource=for_principal("*"))) == ALLOW
    assert answer(ANONYMOUS, Policies(resource=for_principal({"AWS": "*"}))) == ALLOW
    assert answer(ANONYMOUS, Policies(resource=for_principal(HERE))) == IMPLICIT
    assert answer(ANONYMOUS, Policies(identity=(FULL,))) == IMPLICIT
    signed = for_principal("*", Condition={"StringLike": {"aws:PrincipalArn": "*"}})
    assert answer(ANONYMOUS, Policies(resource=signed)) == IMPLICIT


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
def test_canonical_users_and_origin_access_identities():
    bucket = Policies(resource=for_principal({"CanonicalUser": CANONICAL}))
    assert answer(CANONICAL, bucket) == ALLOW
    assert answer(CANONICAL.replace("7", "8"), bucket) == IMPLICIT
    assert answer(ANONYMOUS, bucket) == IMPLICIT
    assert answer(IDENTITY_OF_CLOUDFRONT, Policies(resource=for_principal(IDENTITY_OF_CLOUDFRONT))) == ALLOW
    assert answer(IDENTITY_OF_CLOUDFRONT, Policies(resource=for_principal(HERE))) == IMPLICIT


def test_a_deny_reaches_everyone_of_the_named_account_or_role():
    for caller, named in [(USER, HERE), (SESSION, ROOT), (SESSION, ROLE), (FEDERATED, FEDERATING), (ROOT, HERE)]:
        policies = OWN._replace(session=(FULL,), resource=for_principal(named, "Deny"))
        assert answer(caller, policies) == EXPLICIT
    assert answer(USER, OWN._replace(resource=for_principal(THERE, "Deny"))) == ALLOW


# IAM reference_policies_elements_notprincipal.html
@pytest.mark.parametrize(
    ("caller", "listed", "spared"),
    [
        (USER, [USER, ROOT], True),
        (USER, [USER, HERE], True),
        (USER, [USER], False),
        (USER, [ROOT], False),
        (USER, [f"arn:aws:iam::{HERE}:user/ann", ROOT], False),
        (SESSION, [SESSION, ROLE, ROOT], True),
        (SESSION, [SESSION, ROOT], False),
        (SESSION, [ROLE, ROOT], False),
        (SESSION, [SESSION, ROLE], False),
        (ROLE, [ROLE, ROOT], True),
        (ROLE, [ROLE], False),
        (FEDERATED, [FEDERATED, ROOT], True),
        (FEDERATED, [FEDERATING, ROOT], False),
        (ROOT, [HERE], True),
        (ROOT, [USER], False),
        (SERVICE, {"Service": SERVICE}, True),
        (SERVICE, {"AWS": HERE}, False),
        (ANONYMOUS, [USER, ROOT], False),
        (ANONYMOUS, {"AWS": "*"}, True),
        (USER, "*", True),
    ],
)
def test_a_deny_spares_only_who_is_fully_listed(caller, listed, spared):
    resource = for_principal(listed, "Deny", element="NotPrincipal")
    denied = answer(caller, OWN._replace(session=(FULL,), resource=resource)) == EXPLICIT
    assert denied is not spared


def test_a_deny_spares_nobody_with_a_boundary():
    resource = for_principal([USER, ROOT], "Deny", element="NotPrincipal")
    assert answer(USER, OWN._replace(resource=resource)) == ALLOW
    assert answer(USER, OWN._replace(resource=resource, boundaries=(FULL,))) == EXPLICIT
    assert (
        answer(ROOT, Policies(resource=for_principal(HERE, "Deny", element="NotPrincipal"), boundaries=(FULL,)))
        == ALLOW
    )


def test_an_allow_with_not_principal_is_for_everyone_else():
    resource = for_principal([USER], element="NotPrincipal")
    assert answer(USER, Policies(resource=resource)) == IMPLICIT
    assert answer(SESSION, Policies(resource=resource)) == ALLOW
    assert answer(ANONYMOUS, Policies(resource=resource)) == ALLOW
    assert answer(SESSION, Policies(resource=for_principal([ROOT], element="NotPrincipal"))) == IMPLICIT
    assert answer(ANONYMOUS, Policies(resource=for_principal("*", element="NotPrincipal"))) == IMPLICIT


# IAM reference_policies_elements_action.html, _notaction.html, _resource.html, _notresource.html
@pytest.mark.parametrize(
    ("elements", "action", "resource", "applies"),
    [
        ({"Action": "s3:GetObject"}, "s3:GetObject", OBJECT, True),
        ({"Action": "S3:getobject"}, "s3:GetObject", OBJECT, True),
        ({"Action": "s3:Get*"}, "S3:GETOBJECT", OBJECT, True),
        ({"Action": "s3:?etObject"}, "s3:GetObject", OBJECT, True),
        ({"Action": "*:GetObject"}, "s3:GetObject", OBJECT, True),
        ({"Action": ["ec2:*", "*"]}, "s3:GetObject", OBJECT, True),
        ({"Action": []}, "s3:GetObject", OBJECT, False),
        ({"Action": "s3:Get"}, "s3:GetObject", OBJECT, False),
        ({"Action": "s3:[GP]etObject"}, "s3:GetObject", OBJECT, False),
        ({"NotAction": "iam:*"}, "s3:GetObject", OBJECT, True),
        ({"NotAction": "s3:*"}, "s3:GetObject", OBJECT, False),
        ({"NotAction": ["iam:*", "S3:Get*"]}, "s3:GetObject", OBJECT, False),
        ({"NotAction": []}, "s3:GetObject", OBJECT, True),
        ({"Resource": "arn:aws:s3:::docs/*"}, "s3:GetObject", OBJECT, True),
        ({"Resource": "arn:aws:s3:::DOCS/*"}, "s3:GetObject", OBJECT, False),
        ({"Resource": "arn:aws:s3:::docs/?"}, "s3:GetObject", OBJECT, True),
        ({"Resource": "arn:aws:*a"}, "s3:GetObject", OBJECT, True),
        ({"Resource": "arn:aws:s3:::docs/*"}, "s3:GetObject", "arn:aws:s3:::docs/a\nb:c", True),
        ({"Resource": "arn:aws:s3:::docs/a+"}, "s3:GetObject", "arn:aws:s3:::docs/aa", False),
        ({"Resource": "arn:aws:s3:::*"}, "s3:ListAllMyBuckets", "*", False),
        ({"Resource": []}, "s3:GetObject", OBJECT, False),
        ({"NotResource": "arn:aws:s3:::docs/b"}, "s3:GetObject", OBJECT, True),
        ({"NotResource": ["arn:aws:s3:::docs/*"]}, "s3:GetObject", OBJECT, False),
        ({"NotResource": "*"}, "s3:GetObject", OBJECT, False),
        ({"Resource": "arn:aws:s3:::docs/${aws:username}"}, "s3:GetObject", "arn:aws:s3:::docs/ann", True),
        ({"Resource": "arn:aws:s3:::docs/${aws:username}"}, "s3:GetObject", "arn:aws:s3:::docs/bob", False),
        ({"Resource": "arn:aws:s3:::docs/${aws:x}"}, "s3:GetObject", "arn:aws:s3:::docs/", False),
        ({"NotResource": "arn:aws:s3:::docs/${aws:x}"}, "s3:GetObject", "arn:aws:s3:::docs/", True),
        ({"Resource": "arn:aws:s3:::docs/${aws:x, 'a'}"}, "s3:GetObject", OBJECT, True),
        ({"Resource": "arn:aws:s3:::docs/${*}"}, "s3:GetObject", "arn:aws:s3:::docs/*", True),
        ({"Resource": "arn:aws:s3:::docs/${*}"}, "s3:GetObject", OBJECT, False),
    ],
)
def test_actions_and_resources(elements, action, resource, applies):
    policies = Policies(identity=(policy(statement(**elements)),))
    assert (answer(USER, policies, action, resource) == ALLOW) is applies


def test_without_version_a_variable_is_plain_text():
    old = policy(statement(Resource="arn:aws:s3:::docs/${aws:username}"), version="2008-10-17")
    assert answer(USER, Policies(identity=(old,)), resource="arn:aws:s3:::docs/ann") == IMPLICIT
    assert answer(USER, Policies(identity=(old,)), resource="arn:aws:s3:::docs/${aws:username}") == ALLOW


def test_a_narrow_deny_takes_away_only_what_it_names():
    narrow = policy(statement("Deny", Action="s3:*", Resource="arn:aws:s3:::secret/*"))
    assert answer(USER, Policies(identity=(FULL, narrow))) == ALLOW
    assert answer(USER, Policies(identity=(FULL, narrow)), resource="arn:aws:s3:::secret/a") == EXPLICIT


def test_a_malformed_statement_counts_for_nothing():
    broken = Policy.of({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Odd": {}}}]})
    assert answer(USER, Policies(identity=(broken,))) == IMPLICIT


# What is not known of the context
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NO_MFA = {"BoolIfExists": {"AWS:MultiFactorAuthPresent": "false"}}
WITH_MFA = policy(statement(Condition=MFA))
REFUSED = policy(statement("Deny", Condition=NO_MFA))
DOUBT = {"aws:MultiFactorAuthPresent": UNKNOWN}


@pytest.mark.parametrize(
    ("policies", "layers", "keys"),
    [
        (Policies(identity=(WITH_MFA,)), (Layer.IDENTITY,), ("aws:MultiFactorAuthPresent",)),
        (Policies(identity=(FULL, REFUSED)), (Layer.IDENTITY,), ("AWS:MultiFactorAuthPresent",)),
        (OWN._replace(scps=(scp(WITH_MFA),)), (Layer.SCP,), ("aws:MultiFactorAuthPresent",)),
        (OWN._replace(boundaries=(WITH_MFA,)), (Layer.BOUNDARY,), ("aws:MultiFactorAuthPresent",)),
        (
            SILENT._replace(resource=for_principal("*", Condition=MFA)),
            (Layer.RESOURCE,),
            ("aws:MultiFactorAuthPresent",),
        ),
    ],
)
def test_a_conditional_answer_names_the_keys(policies, layers, keys):
    decision = decide(SESSION, policies, context=DOUBT)
    assert (decision.answer, decision.decided_by, decision.conditions) == (Answer.CONDITIONAL, layers, keys)
    assert {cause.layer for cause in decision.statements} == set(layers)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (Policies(identity=(WITH_MFA, FULL)), ALLOW),
        (Policies(identity=(WITH_MFA, DENY)), EXPLICIT),
        (Policies(identity=(REFUSED,)), IMPLICIT),
        (Policies(identity=(WITH_MFA,), boundaries=(NOTHING,)), IMPLICIT),
        (OWN._replace(resource=for_principal("*", Condition=MFA)), ALLOW),
    ],
)
def test_doubt_that_changes_nothing_is_no_doubt(policies, expected):
    assert answer(SESSION, policies, context=DOUBT) == expected


def test_an_unknown_variable_leaves_doubt():
    home = policy(statement(Resource="arn:aws:s3:::docs/${aws:PrincipalTag/Team}"))
    decision = decide(USER, Policies(identity=(home,)), otherwise=UNKNOWN)
    assert (decision.answer, decision.conditions) == (Answer.CONDITIONAL, ("aws:PrincipalTag/Team",))
    not_home = policy(statement(NotResource="arn:aws:s3:::docs/${aws:PrincipalTag/Team}"))
    assert answer(USER, Policies(identity=(not_home,)), otherwise=UNKNOWN) == Answer.CONDITIONAL


def test_only_keys_that_are_unknown_are_named():
    both = policy(statement(Condition={**MFA, "StringEquals": {"aws:username": "ann", "aws:x": "${aws:y}"}}))
    decision = decide(USER, Policies(identity=(both,)), context={**DOUBT, "aws:x": "1", "aws:Y": UNKNOWN})
    assert decision.conditions == ("aws:MultiFactorAuthPresent", "aws:y")


def test_only_layers_that_are_in_doubt_are_named():
    tagged = policy(statement(Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}}))
    full_or_mfa = Policies(identity=(FULL, WITH_MFA), boundaries=(tagged,))
    decision = decide(USER, full_or_mfa, context=DOUBT | {"aws:PrincipalTag/a": UNKNOWN})
    assert (decision.decided_by, decision.conditions) == ((Layer.BOUNDARY,), ("aws:PrincipalTag/a",))
    rcp = Level("r", (for_principal("*", kind=Kind.RCP, Condition={"Null": {"aws:x": "true"}}),))
    decision = decide(USER, full_or_mfa._replace(rcps=(rcp,)), otherwise=UNKNOWN)
    assert (decision.decided_by, decision.conditions) == ((Layer.BOUNDARY,), ("aws:PrincipalTag/a",))


def test_ten_thousand_statements():
    many = policy(*(statement(Action=f"s3:Get{index}", Resource=f"arn:aws:s3:::b{index}/*") for index in range(10_000)))
    policies = Policies(identity=(many, FULL))
    assert answer(USER, policies, "s3:Get9999", "arn:aws:s3:::b9999/a") == ALLOW
    (first, second) = decide(USER, policies, "s3:Get9999", "arn:aws:s3:::b9999/a").statements
    assert (first.policy, first.statement, second.policy) == (0, 9999, 1)
