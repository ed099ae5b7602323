"""The inventory of who is named in trust policies."""

from auditor.access.named import Named, inventory, names, trusts
from tests.access.doors import ACCOUNT, OTHER, door, let, refuse
from tests.access.worlds import Builder
from tests.access.worlds import trust as written

GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


def test_every_kind_of_name():
    trust = door(
        let(
            {
                "AWS": [OTHER, f"arn:aws:iam::{ACCOUNT}:role/x", "AROA1234567890EXAMPLE"],
                "Service": "ec2.amazonaws.com",
                "Federated": GITHUB,
            }
        ),
        let(
            StringEquals={
                "aws:PrincipalOrgID": "o-other12345",
                "aws:SourceVpc": "vpc-1",
                "aws:SourceVpce": "vpce-1",
                "aws:SourceAccount": OTHER,
                "SAML:aud": "https://signin.aws.amazon.com/saml",
            },
            StringLike={"aws:userid": "AROA1234567890EXAMPLE:*", "aws:PrincipalArn": "arn:aws:iam::*:role/x"},
            IpAddress={"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
        ),
    )
    assert names(trust) == (
        ("account", ACCOUNT),
        ("account", OTHER),
        ("anyone", "*"),
        ("arn", "arn:aws:iam::*:role/x"),
        ("identity provider", GITHUB),
        ("network", "2001:db8::/32"),
        ("network", "203.0.113.0/24"),
        ("organization", "o-other12345"),
        ("principal", "AROA1234567890EXAMPLE"),
        ("saml endpoint", "https://signin.aws.amazon.com/saml"),
        ("service", "ec2.amazonaws.com"),
        ("user id", "AROA1234567890EXAMPLE:*"),
        ("vpc", "vpc-1"),
        ("vpc endpoint", "vpce-1"),
    )


def test_what_is_excluded_or_denied_names_nobody():
    trust = door(
        let({"AWS": ACCOUNT}, StringNotEquals={"aws:PrincipalAccount": OTHER}),
        refuse(StringEquals={"aws:SourceVpc": "vpc-1"}),
    )
    assert names(trust) == (("account", ACCOUNT),)


def test_all_but_some_is_anyone():
    assert names(door({"Effect": "Allow", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:*"})) == (("anyone", "*"),)


def test_malformed_statements_name_nobody():
    assert names(
        door({"Effect": "Allow", "Principal": {"AWS": 5}, "Action": "sts:AssumeRole"}, let({"AWS": OTHER}))
    ) == (("account", OTHER),)


def test_the_inventory_tells_which_roles_let_whom_in():
    made = Builder()
    partner = made.role("partner", written(OTHER))
    refused = made.role("refused", written(OTHER, StringEquals={"aws:PrincipalAccount": ACCOUNT}))
    public = made.role("public", written("*"))
    build = made.role("build", written(GITHUB))
    made.role("broken", "{")
    instance = made.role("instance", written("ec2.amazonaws.com"))
    found = {(named.category, named.name): named for named in inventory(trusts(made.snapshot))}
    assert found["account", OTHER] == Named("account", OTHER, (partner, refused), (partner,))
    assert found["anyone", "*"].admitting == (public,)
    assert found["identity provider", GITHUB].admitting == (build,)
    assert found["service", "ec2.amazonaws.com"].admitting == (instance,)
    assert not any(named.undecided for named in found.values())
    assert list(found) == sorted(found)


def test_whoever_gets_in_without_a_name_is_listed():
    pattern = f"arn:aws:iam::{OTHER}:role/x*"
    found = {it.name: it for it in inventory([door(let(ArnLike={"aws:PrincipalArn": pattern}))])}
    assert found["*"].admitting == ()
    assert found[OTHER].admitting == found[OTHER].roles != ()
