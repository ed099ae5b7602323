"""Redaction: names are gone wherever they stand, and rules judge as before."""

import json
import re
from functools import cache

import pytest

from auditor.errors import OutputError
from auditor.evaluate.engine import Ask, Source, evaluate
from auditor.evaluate.registry import load_rules
from auditor.findings.model import Confidence
from auditor.snapshot import pseudonyms as module
from auditor.snapshot.files import dumps, loads
from auditor.snapshot.opt_in import OPT_IN
from auditor.snapshot.redact import redact
from auditor.snapshot.snapshot import Snapshot
from tests.fake_aws import accounts
from tests.looks import in_few_regions, look

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}"
CREATED = "2024-01-01T00:00:00Z"
LEVELS = ("names", "strict")


def snapshot(gaps=(), sts=None, organizations=None, **iam):
    state = {
        "schema": "auditor/snapshot/v1",
        "account": ACCOUNT,
        "iam": iam,
        "gaps": list(gaps),
        "collection": {"taken_at": CREATED, "tool_version": "0"},
        "sts": sts or {},
        "organizations": organizations or {},
    }
    return Snapshot.model_validate(state)


def user(name, path="/", **more):
    return {"UserName": name, "Arn": f"{ARN}:user{path}{name}", "Path": path, "CreateDate": CREATED, **more}


def role(name, path="/", **more):
    return {"RoleName": name, "Arn": f"{ARN}:role{path}{name}", "Path": path, "CreateDate": CREATED, **more}


def texts(value):
    """Every text in a JSON value, keys included, with documents taken apart."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def pseudonym(name, level="names"):
    """What a user's name becomes in ARN, key and field, which must be one and the same."""
    found = redact(snapshot(users={name: user(name)}), level).iam.users
    ((key, entry),) = found.items()
    assert key == entry.user_name == entry.arn.rpartition("/")[2]
    return key


@cache
def seen(make):
    """An account, with everything that can be collected."""
    return look(in_few_regions(make()), opted_in=tuple(OPT_IN.values()))[0]


@pytest.fixture
def neglected():
    """A rich account, with everything that can be collected."""
    return seen(accounts.neglected)


# -- the whole of a rich account ------------------------------------------------------------------------------


def test_off_changes_nothing(neglected):
    assert redact(neglected, "off") is neglected


def names_of(neglected, level):
    """Names that must be gone; the account has a policy that is named as a user is, which `names` keeps."""
    iam = neglected.iam
    gone = {*iam.users} - ({policy.policy_name for policy in iam.policies.values()} if level == "names" else set())
    gone |= {user.user_name for user in neglected.identitystore.users.values()}
    if level == "strict":
        roles = {name for name, entry in iam.roles.items() if not entry.path.startswith("/aws-service-role/")}
        aws = {policy.policy_name for policy in iam.aws_managed_policies.values()}
        gone |= {*iam.groups, *roles, *iam.server_certificates, *iam.account_aliases} - aws
        gone |= {policy.policy_name for policy in iam.policies.values()}
        gone |= {key.access_key_id for keys in iam.access_keys.values() for key in keys}
        gone |= {ACCOUNT, *iam.service_specific_credentials}
        gone |= {group.display_name for group in neglected.identitystore.groups.values()}
        gone |= {entry.permission_set_name for entry in neglected.sso.permission_sets.values()} - aws
        gone |= {entry.application_name for entry in neglected.sso.applications.values()}
        gone |= {entry.trusted_token_issuer_name for entry in neglected.sso.trusted_token_issuers.values()}
    return gone


@pytest.mark.parametrize("level", LEVELS)
def test_names_are_gone_from_a_whole_account(neglected, level):
    redacted = dumps(redact(neglected, level))
    assert loads(redacted, "file").account
    for name in names_of(neglected, level):
        assert not re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", redacted), name
    assert not re.search(r"[A-Za-z0-9]@(?!redacted\.invalid)", redacted)


ABOUT_NAMES = {
    "account-primary-contact-incomplete",
    "root-email-not-organizational",
    "user-service-account-with-password",
}
"""Rules that ask what a name is like, which a pseudonym does not tell."""


@cache
def judged(make, level):
    """What all rules say of an account whose names are redacted to a level."""
    ask = Ask(min_confidence=Confidence.LOW)
    return evaluate([Source(redact(seen(make), level))], load_rules(plugins=False).values(), ask).accounts[0]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("make", [accounts.neglected, accounts.well_kept, accounts.newborn])
def test_rules_count_the_same_before_and_after(level, make):
    before, after = judged(make, "off"), judged(make, level)
    about_names = {rule for rule in before.tallies if before.tallies[rule] != after.tallies[rule]}
    assert about_names <= ABOUT_NAMES
    for plain, redacted in ((before.tallies[rule], after.tallies[rule]) for rule in about_names):
        assert redacted.passed <= plain.passed, "a pass that stays needs no name"
        assert redacted.failed + redacted.unknown >= plain.failed
    assert not after.errors


@pytest.mark.parametrize("level", LEVELS)
def test_all_that_is_no_name_stays(neglected, level):
    redacted = redact(neglected, level)
    assert redacted.collection == neglected.collection.model_copy(update={"redacted": level})
    assert redacted.iam.aws_managed_policies == neglected.iam.aws_managed_policies
    assert redacted.iam.account_summary == neglected.iam.account_summary
    assert redacted.iam.password_policy == neglected.iam.password_policy
    assert [len(group) for group in (redacted.iam.users, redacted.iam.roles, redacted.iam.policies)] == [
        len(group) for group in (neglected.iam.users, neglected.iam.roles, neglected.iam.policies)
    ]
    assert "<root_account>" in redacted.iam.credential_report.rows
    assert redacted.iam.credential_report.rows["<root_account>"].arn.endswith(":root")
    assert {"AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"} <= set(redacted.iam.roles)
    for before, after in zip(neglected.iam.roles.values(), redacted.iam.roles.values(), strict=True):
        assert before.path == after.path
        assert before.role_name.startswith("AWSReservedSSO_") == after.role_name.startswith("AWSReservedSSO_")


# -- one name, wherever it stands -----------------------------------------------------------------------------


def test_a_pseudonym_is_stable_and_differs_between_accounts():
    assert pseudonym("alice") == pseudonym("alice", "strict")
    assert re.fullmatch(r"user-[0-9a-f]{10}", pseudonym("alice"))
    other = snapshot(users={"alice": user("alice")}).model_copy(update={"account": "999900001111"})
    assert next(iter(redact(other, "names").iam.users)) != pseudonym("alice")


def test_a_user_has_one_pseudonym_everywhere():
    alice = pseudonym("alice")
    redacted = redact(
        snapshot(
            users={"alice": user("alice", "/staff/", Tags=[{"Key": "owner", "Value": "alice"}])},
            access_keys={"alice": []},
            virtual_mfa_devices={
                f"{ARN}:mfa/alice": {
                    "SerialNumber": f"{ARN}:mfa/alice",
                    "User": {"Arn": f"{ARN}:user/staff/alice", "UserName": "alice"},
                }
            },
            mfa_devices={"alice": [{"SerialNumber": f"{ARN}:u2f/user/alice/key-1"}]},
            sts=None,
            gaps=[
                {"section": "iam.access_keys", "operation": "iam:ListAccessKeys", "reason": "denied",
                 "resource": "alice",
                 "message": f"User: {ARN}:user/alice may not iam:ListAccessKeys on resource: user alice."},
                {"section": "iam.policies", "operation": "iam:GetPolicy", "reason": "denied",
                 "resource": f"{ARN}:policy/p"},
            ],
        ),
        "names",
    )  # fmt: skip
    assert redacted.iam.users[alice].arn == f"{ARN}:user/staff/{alice}"
    assert redacted.iam.users[alice].tags[0].value == ""
    assert list(redacted.iam.access_keys) == [alice]
    (serial,) = redacted.iam.virtual_mfa_devices
    assert serial == f"{ARN}:mfa/{alice}"
    assert redacted.iam.virtual_mfa_devices[serial].user.user_name == alice
    assert re.fullmatch(rf"{ARN}:u2f/user/{alice}/device-\w+", redacted.iam.mfa_devices[alice][0].serial_number)
    assert redacted.gaps[0].resource == alice
    assert redacted.gaps[0].message == f"User: {ARN}:user/{alice} may not iam:ListAccessKeys on resource: user {alice}."
    assert redacted.gaps[1].resource == f"{ARN}:policy/p"


@pytest.mark.parametrize(
    ("arn", "user_id", "pattern"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Audit/alice@example.com", "AROAEXAMPLEEXAMPLE12:alice@example.com",
         r"arn:aws:sts::111122223333:assumed-role/Audit/(session-\w{10})"),
        (f"arn:aws:sts::{ACCOUNT}:federated-user/bob", f"{ACCOUNT}:bob",
         r"arn:aws:sts::111122223333:federated-user/(session-\w{10})"),
        (f"{ARN}:root", ACCOUNT, r"arn:aws:iam::111122223333:root()"),
    ],
)  # fmt: skip
def test_the_callers_session_is_replaced(arn, user_id, pattern):
    caller = {"Account": ACCOUNT, "Arn": arn, "UserId": user_id}
    redacted = redact(snapshot(sts={"caller_identity": caller}), "names").sts.caller_identity
    session = re.fullmatch(pattern, redacted.arn)[1]
    assert redacted.user_id == (f"{user_id.partition(':')[0]}:{session}" if session else user_id)


def test_contacts_are_replaced_and_stay_comparable():
    contact = {"FullName": "Ann Lee?", "PhoneNumber": "+49 (30) 555-1234", "City": "Berlin", "PostalCode": " "}
    other = {
        "AlternateContactType": "SECURITY",
        "ContactName": "ann lee?",
        "PhoneNumber": "+49 30 5551234",
        "EmailAddress": "Ann@corp.example",
    }
    state = Snapshot.model_validate(
        {
            "schema": "auditor/snapshot/v1",
            "account": ACCOUNT,
            "account_management": {"contact_information": contact, "alternate_contacts": {"SECURITY": other}},
            "collection": {"taken_at": CREATED, "tool_version": "0"},
        }
    )
    for level in LEVELS:
        told = redact(state, level).account_management
        primary, security = told.contact_information, told.alternate_contacts["SECURITY"]
        assert primary.full_name == security.contact_name != ""
        assert primary.phone_number == security.phone_number != ""
        assert (primary.city != "", primary.postal_code, primary.company_name) == (True, "", "")
        assert security.email_address.endswith("@redacted.invalid")
        assert not {"ann", "lee", "berlin", "5551234", "corp"} & set(
            re.split(r"[^a-z0-9]+", dumps(redact(state, level)).casefold())
        )


def test_accounts_of_the_organization_are_replaced():
    id, organization = "444400001111", "o-a1b2c3d4e5"
    account = {
        "Id": id,
        "Arn": f"arn:aws:organizations::{ACCOUNT}:account/{organization}/{id}",
        "AccountName": "shop",
        "Email": "ann@corp.example",
        "Paths": [f"{organization}/r-ab12/{id}/"],
    }
    document = json.dumps({"Statement": {"Effect": "Deny", "Action": "*", "Resource": f"arn:aws:iam::{id}:user/ann"}})
    policy = {
        "Id": "p-1",
        "PolicyName": "guard",
        "Type": "SERVICE_CONTROL_POLICY",
        "Content": document,
        "Targets": [{"TargetId": id, "Type": "ACCOUNT"}],
    }
    told = {
        "accounts": {id: account},
        "policies": {"p-1": policy},
        "delegated_administrators": {id: {"Id": id, "AccountName": "shop"}},
        "invalid_effective_policies": {"TAG_POLICY": [id]},
    }
    state = snapshot(users={"ann": user("ann")}, organizations=told)
    names, strict = (redact(state, level).organizations for level in LEVELS)
    assert names.accounts[id].email.endswith("@redacted.invalid")
    assert (names.accounts[id].account_name, names.policies["p-1"].policy_name) == ("shop", "guard")
    assert "user/ann" not in names.policies["p-1"].content
    (key,) = strict.accounts
    assert key != id
    assert strict.accounts[key].paths[0].endswith(f"/r-ab12/{key}/")
    assert strict.policies["p-1"].targets[0].target_id == key == strict.invalid_effective_policies["TAG_POLICY"][0]
    assert set(strict.delegated_administrators) == {key}
    assert not {"shop", "guard", id, organization} & set(re.split(r"[^a-z0-9-]+", strict.model_dump_json()))


def test_the_organizations_owner_is_replaced():
    told = {
        "Id": "o-a1b2c3d4e5",
        "Arn": "arn:aws:organizations::999900001111:organization/o-a1b2c3d4e5",
        "MasterAccountId": "999900001111",
        "MasterAccountEmail": "owner@example.com",
    }
    state = snapshot(organizations={"organization": told})
    names, strict = (redact(state, level).organizations.organization for level in LEVELS)
    assert re.fullmatch(r"email-\w{10}@redacted\.invalid", names.master_account_email)
    assert (names.id, names.master_account_id) == ("o-a1b2c3d4e5", "999900001111")
    assert re.fullmatch(r"[0-9]{12}", strict.master_account_id)
    assert strict.arn == f"arn:aws:organizations::{strict.master_account_id}:organization/{strict.id}"
    assert not {"o-a1b2c3d4e5", "999900001111"} & {strict.id, strict.master_account_id}


def test_strict_takes_descriptions_aliases_and_the_names_of_what_customers_made():
    roles = {name: role(name) for name in ("AWSReservedSSO_Admins_0123456789abcdef", "AWSServiceRoleForX", "deploy")}
    roles["Odd"] = role("Odd", "/aws-service-role/x.amazonaws.com/")
    state = snapshot(
        roles=roles,
        role_settings={"deploy": {"Description": "for alice of team deploy"}},
        users={"alice": user("alice", UserPolicyList=[{"PolicyName": "mine", "PolicyDocument": "{}"}])},
        account_aliases=["example-corp"],
        saml_providers={
            f"{ARN}:saml-provider/{name}": {"Arn": f"{ARN}:saml-provider/{name}"} for name in ("Corp", "AWSSSO_1")
        },
    )
    names, strict = (redact(state, level).iam for level in LEVELS)
    assert list(names.roles) == list(roles)
    assert names.role_settings["deploy"].description == f"for {pseudonym('alice')} of team deploy"
    assert names.account_aliases == ("example-corp",)
    assert [re.sub(r"-\w{10}$", "-#", name) for name in strict.roles] == [
        "AWSReservedSSO_role-#", "AWSServiceRoleForX", "role-#", "Odd",
    ]  # fmt: skip
    assert list(strict.role_settings) == [list(strict.roles)[2]]
    assert strict.role_settings[list(strict.roles)[2]].description == ""
    assert re.fullmatch(r"alias-\w{10}", strict.account_aliases[0])
    assert re.fullmatch(r"policy-\w{10}", next(iter(strict.users.values())).user_policy_list[0].policy_name)
    account = strict.roles["Odd"].arn.split(":")[4]
    assert account != ACCOUNT
    assert sorted(re.sub(r"provider-\w{10}$", "#", arn) for arn in strict.saml_providers) == [
        f"arn:aws:iam::{account}:saml-provider/#", f"arn:aws:iam::{account}:saml-provider/AWSSSO_1",
    ]  # fmt: skip


def test_managed_policies_are_named_alike_in_every_place():
    mine, aws = f"{ARN}:policy/team/mine", "arn:aws:iam::aws:policy/ReadOnlyAccess"
    attached = [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in (mine, aws)]
    policy = {"Arn": mine, "PolicyName": "mine", "DefaultVersionId": "v1", "Document": "{}"}
    redacted = redact(
        snapshot(users={"alice": user("alice", AttachedManagedPolicies=attached)}, policies={mine: policy}), "strict"
    ).iam
    ((arn, entry),) = redacted.policies.items()
    first, second = next(iter(redacted.users.values())).attached_managed_policies
    assert arn == entry.arn == first.policy_arn
    assert entry.policy_name == first.policy_name == arn.rpartition("/")[2] != "mine"
    assert (second.policy_arn, second.policy_name) == (aws, "ReadOnlyAccess")


# -- policy documents -----------------------------------------------------------------------------------------


def redacted_document(text, level="names", **users):
    entry = role("r", AssumeRolePolicyDocument=text)
    redacted = redact(snapshot(roles={"r": entry}, users={"alice": user("alice"), **users}), level)
    return next(iter(redacted.iam.roles.values())).assume_role_policy_document


def test_a_document_without_names_keeps_its_very_text():
    text = ' {"Version": "2012-10-17",\n "Statement": [], "Statement": [{"Effect":"Allow","Action":"*"}]}'
    assert redacted_document(text) == text


def test_names_in_documents_are_replaced_and_all_else_stays():
    alice = pseudonym("alice")
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": [f"{ARN}:user/alice", f"{ARN}:user/*", f"{ARN}:root", "*"]},
                "Action": "alice",
                "Resource": ["arn:aws:s3:::home/alice/*", "arn:aws:s3:::alice-files", f"{ARN}:user/${{aws:username}}"],
                "Condition": {
                    "StringEquals": {"aws:username": ["alice", "al*"], "aws:userid": "AROAEXAMPLEEXAMPLE12:alice"}
                },
            }
        ],
    }
    expected = json.loads(json.dumps(document))
    statement = expected["Statement"][0]
    statement["Principal"]["AWS"][0] = f"{ARN}:user/{alice}"
    statement["Resource"][0] = f"arn:aws:s3:::home/{alice}/*"
    statement["Condition"]["StringEquals"] = {
        "aws:username": [alice, "al*"],
        "aws:userid": f"AROAEXAMPLEEXAMPLE12:{alice}",
    }
    assert json.loads(redacted_document(json.dumps(document))) == expected


def test_names_that_are_words_of_the_policy_language_do_no_harm():
    words = ("Allow", "Deny", "Version", "Statement", "Effect", "AWS", "root", "2012-10-17", "Action")
    text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": f"{ARN}:root"}}]})
    assert redacted_document(text, **{word: user(word) for word in words}) == text


def test_escapes_do_not_hide_a_name():
    text = '{"Principal":{"AWS":"arn:aws:iam::111122223333:user\\/\\u0061lice"}}'
    assert redacted_document(text) == f'{{"Principal":{{"AWS":"{ARN}:user/{pseudonym("alice")}"}}}}'


def test_what_a_document_says_twice_it_says_twice_afterwards():
    text = f'{{"Sid":"{ARN}:user/alice","Sid":"x","A":[1,2.5,true,null]}}'
    assert redacted_document(text) == text.replace("user/alice", f"user/{pseudonym('alice')}")


@pytest.mark.parametrize(
    "text", ["", f"{ARN}:user/alice", '{"Principal":', "[" * 10_000, '{"a":' * 600 + "1" + "}" * 600]
)
def test_a_document_that_cannot_be_read_is_left_out(text):
    assert redacted_document(text) == ""


def test_strict_takes_accounts_and_ids_out_of_documents():
    text = json.dumps(
        {
            "Principal": {"AWS": [ACCOUNT, 999900001111, 5, f"{ARN}:role/r", "AIDAEXAMPLEEXAMPLE12"]},
            "Resource": f"x-{ACCOUNT}-logs",
        }
    )
    redacted = redacted_document(text, "strict")
    assert not re.search("111122223333|999900001111|AIDAEXAMPLE", redacted)
    own, other, number, arn, unique = json.loads(redacted)["Principal"]["AWS"]
    assert re.fullmatch("[0-9]{12}", own)
    assert re.fullmatch("[0-9]{12}", other)
    assert number == 5
    assert arn.startswith(f"arn:aws:iam::{own}:role/role-")
    assert re.fullmatch("AIDA[0-9A-F]{16}", unique)
    assert json.loads(redacted)["Resource"] == f"x-{own}-logs"


def test_long_hostile_text_is_quick():
    long = "a" * 30_000
    redacted_document(json.dumps({"Sid": [long, long + "@", "arn:aws:" * 5_000, "A" * 50_000]}), "strict")
    gap = {"section": "iam.users", "operation": "iam:ListUsers", "reason": "failed", "message": "." * 20_000}
    assert redact(snapshot(gaps=[gap]), "strict").gaps[0].message == "." * 20_000


def test_two_names_never_become_one(monkeypatch):
    class Same:
        def __init__(self, content):
            pass

        def hexdigest(self):
            return "0" * 64

    monkeypatch.setattr(module, "sha256", Same)
    with pytest.raises(OutputError, match="the same pseudonym"):
        redact(snapshot(users={"alice": user("alice"), "bob": user("bob")}), "names")
